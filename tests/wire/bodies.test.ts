// What others' clients send as bodies, byte by byte: multipart and forms as .NET, Python, Java and browsers
// write them, content codings, and numbers that stand where text is expected.
import { beforeAll, describe, expect, it } from 'vitest'
import { aJsonError } from '../support/golden'
import { type Person, signUp } from '../support/people'
import * as file from '../support/pictures'
import { accountRow } from '../support/relations'
import { type CallOptions, createWorld } from '../support/world'

const world = createWorld()
const { call } = world

let alice: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
})

const noPicture =
  'Upload a valid image. The file you uploaded was either not an image or a corrupted image.'

/** Pieces of text, in UTF-8, and bytes, one behind the other. */
function joined(...pieces: (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const bytes = pieces.flatMap((piece) => [
    ...(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece),
  ])
  return new Uint8Array(bytes)
}

const typed = (type: string, raw: BodyInit, headers = {}): CallOptions => ({
  raw,
  headers: { 'content-type': type, ...headers },
})

/** A multipart body of parts, each a head of lines and its content. */
function parts(...given: [head: string, content: string | Uint8Array][]): Uint8Array<ArrayBuffer> {
  const pieces = given.flatMap(([head, content]) => [`--xyz\r\n${head}\r\n\r\n`, content, '\r\n'])
  return joined(...pieces, '--xyz--\r\n')
}

const multipartType = 'multipart/form-data; boundary=xyz'
const multipart = (...given: Parameters<typeof parts>) => typed(multipartType, parts(...given))

/** A contact as contract A answers it, by its fields. */
async function contact(given: CallOptions): Promise<[number, unknown]> {
  const { status, body } = await call('POST', '/friends/', { ...given, as: alice })
  if (status !== 201) return [status, body]
  const { first_name, last_name, contact_info } = body
  return [status, contact_info ? [first_name, last_name, contact_info] : [first_name, last_name]]
}

const adaByron = [201, ['Ada', 'Byron']]
const names = (first: string, last: string) =>
  `--xyz\r\n${first}\r\n\r\nAda\r\n--xyz\r\n${last}\r\n\r\nByron\r\n--xyz--\r\n`
const quotedNames = names(
  'Content-Disposition: form-data; name="first_name"',
  'Content-Disposition: form-data; name="last_name"',
)

describe('a multipart form is read', () => {
  it.each([
    [
      'whose parameters have no quotes',
      names(
        'Content-Disposition: form-data; name=first_name',
        'Content-Disposition: form-data; name=last_name',
      ),
    ],
    [
      'whose names and types are in other letter cases',
      names(
        'CONTENT-DISPOSITION: Form-Data; NAME="first_name"',
        'content-disposition:form-data;Name = last_name',
      ),
    ],
    [
      'whose headers are folded',
      names(
        'Content-Disposition: form-data;\r\n name="first_name"',
        'Content-Type: text/plain\r\nContent-Disposition: form-data;\r\n\tname=last_name',
      ),
    ],
    [
      'whose names have quoted pairs, or a semicolon after them',
      names(
        'Content-Disposition: form-data; name="first\\_name"; x="a\\"; name=\\"b"',
        'Content-Disposition: form-data; name="last_name";',
      ).replace('first\\_name', 'first_name'),
    ],
    [
      'whose names are in the form of RFC 8187',
      names(
        "Content-Disposition: form-data; name*=utf-8''first%5Fname",
        "Content-Disposition: form-data; name*=ISO-8859-1'en'last_name",
      ),
    ],
    [
      'whose names are continued (RFC 2231)',
      names(
        'Content-Disposition: form-data; name*1=name; name*0="first_"',
        "Content-Disposition: form-data; name*0*=utf-8''last; name*1=_name",
      ),
    ],
    ['whose lines end in LF alone', quotedNames.replaceAll('\r\n', '\n')],
    ['without a line end at its end', quotedNames.slice(0, -2)],
    ['with text before and behind it', `This is MIME.\r\n${quotedNames}--and\r\nmore--xyz`],
    ['with blanks behind its boundaries', quotedNames.replaceAll('--xyz\r\n', '--xyz \t\r\n')],
  ])('%s', async (_what, body) => {
    expect(await contact(typed(multipartType, body))).toEqual(adaByron)
  })

  it.each([
    'multipart/form-data; boundary="xyz"',
    'Multipart/Form-Data; charset=utf-8; BOUNDARY=xyz',
    'multipart/form-data;boundary = "xyz" ; x',
  ])('of the type %s', async (type) => {
    expect(await contact(typed(type, quotedNames))).toEqual(adaByron)
  })

  it('with an empty part, and one that holds what is nearly a boundary', async () => {
    const given = multipart(
      ['Content-Disposition: form-data; name="contact_info"', ''],
      ['Content-Disposition: form-data; name="first_name"', 'a\r\n--xyzzy\n--xyz'],
      ['Content-Disposition: form-data; name="last_name"', '\r'],
    )
    const { status, body } = await call('POST', '/friends/', { ...given, as: alice })
    expect([status, body]).toEqual([400, { last_name: ['This field may not be blank.'] }])
  })

  it('in the charset that it names, for a part or for all', async () => {
    const jose = file.bytes('Jos\xe9')
    const first = 'Content-Disposition: form-data; name=first_name'
    const last: [string, string] = ['Content-Disposition: form-data; name=last_name', 'B']
    for (const given of [
      multipart([`${first}\r\nContent-Type: text/plain; charset=ISO-8859-1`, jose], last),
      multipart(
        ['Content-Disposition: form-data; name="_charset_"', 'latin1'],
        [first, jose],
        last,
      ),
      typed(`${multipartType}; charset=iso-8859-1`, parts([first, jose], last)),
    ]) {
      expect(await contact(given)).toEqual([201, ['José', 'B']])
    }
  })

  it('in base64, where a part says so', async () => {
    const base64 = 'Content-Transfer-Encoding: BASE64\r\n'
    const given = multipart(
      [`${base64}Content-Disposition: form-data; name=first_name`, 'QW\r\nRh'],
      [
        'Content-Transfer-Encoding: 8bit\r\nContent-Disposition: form-data; name=last_name',
        'Byron',
      ],
    )
    expect(await contact(given)).toEqual(adaByron)
  })
})

describe('a multipart form is refused', () => {
  const noBody = [400, { detail: 'Multipart form parse error - Invalid body' }]
  const first = 'Content-Disposition: form-data; name=first_name'
  it.each([
    ['whose part has no name', multipart(['Content-Disposition: form-data', 'Ada'])],
    ['whose part is no form-data', multipart(['Content-Disposition: attachment; name=a', 'Ada'])],
    ['whose part has no disposition', multipart(['Content-Type: text/plain', 'Ada'])],
    ['whose part has no head', typed(multipartType, '--xyz\r\n\r\nAda\r\n--xyz--\r\n')],
    ['whose quote does not end', multipart(['Content-Disposition: form-data; name="a', 'Ada'])],
    ['of another boundary', typed('multipart/form-data; boundary=abc', quotedNames)],
    ['of an empty boundary', typed('multipart/form-data; boundary=""', quotedNames)],
    [
      'of a boundary that is too long',
      typed(`multipart/form-data; boundary=${'x'.repeat(71)}`, '--x'),
    ],
    ['that is cut off', typed(multipartType, quotedNames.slice(0, -6))],
    ['that is cut off in a head', typed(multipartType, `--xyz\r\n${first}`)],
    ['with a head of 20 KB', multipart([`${first}; x=${'x'.repeat(20_000)}`, 'Ada'])],
    ['with base64 that is none', multipart([`${first}\r\nContent-Transfer-Encoding: base64`, 'é'])],
    [
      'with quoted-printable',
      multipart([`${first}\r\nContent-Transfer-Encoding: quoted-printable`, 'A']),
    ],
    [
      'of more than 2,000 parts',
      multipart(...Array.from({ length: 2001 }, (): [string, string] => [first, 'Ada'])),
    ],
  ])('%s', async (_what, given) => {
    expect(await contact(given)).toEqual(noBody)
  })

  it('at the field whose text is none', async () => {
    const given = multipart(
      [first, file.bytes('Jos\xe9')],
      ['Content-Disposition: form-data; name=last_name', 'B'],
    )
    expect(await contact(given)).toEqual([400, { first_name: ['Not a valid string.'] }])
  })
})

const doors: [string, string, string, (words: string) => unknown][] = [
  ['POST', '/users/update/', 'avatar', (words) => ({ avatar: [words] })],
  [
    'PATCH',
    '/users/user_details/',
    'profile_picture',
    (words) => ({ code: 1, error: words, payload: { profile_picture: [words] } }),
  ],
]

describe.each(doors)('a file in %s %s', (method, path, field, refusal) => {
  const disposition = (more: string) => `Content-Disposition: form-data; name="${field}"${more}`
  const heads: [string, string][] = [
    ['whose name is in the form of RFC 8187', disposition("; filename*=utf-8''f%C3%A4.png")],
    ['whose name has both forms', disposition(`; filename="f.png"; filename*=UTF-8''f%C3%A4.png`)],
    ['whose name is continued', disposition('; filename*0="a"; filename*1=".png"')],
    ['whose name has no quotes', disposition('; filename=my picture.png')],
    ['whose name is empty', disposition('; filename=""')],
    ['whose name is a path', disposition('; filename="../../etc/a.png"')],
    ['whose name is a path of Windows', disposition('; filename="C:\\me\\..\\a.png"')],
    ['whose name has quotes', disposition('; filename="a \\"b\\" ;c.png"')],
    ['that has only a type', `${disposition('')}\r\nContent-Type: image/png`],
    ['of a general type', `${disposition('')}\r\nContent-Type: application/octet-stream`],
    ['that has neither a name nor a type', disposition('')],
    ['that says it is text', `${disposition('; FileName=a.txt')}\r\nContent-Type: text/plain`],
  ]

  it.each(heads)('is stored %s', async (_what, head) => {
    const bob = await signUp(world, 'bob')
    const { status } = await call(method, path, { ...multipart([head, file.png()]), as: bob })
    expect([status, (await accountRow(bob))['avatar']]).toEqual([
      200,
      expect.stringMatching(/^avatars\/[0-9a-f]{40}\.png$/),
    ])
  })

  it.each(heads)('is refused where it is no picture %s', async (_what, head) => {
    const junk = file.bytes('\x89PNG\r\n\x1a\n and no more')
    const { status, body } = await call(method, path, { ...multipart([head, junk]), as: alice })
    expect([status, body]).toEqual([400, refusal(noPicture)])
  })

  it('counts as not sent where nobody filled the input in', async () => {
    const head = `${disposition('; filename=""')}\r\nContent-Type: application/octet-stream`
    const { status } = await call(method, path, { ...multipart([head, '']), as: alice })
    expect([status, (await accountRow(alice))['avatar']]).toEqual([200, ''])
  })
})

describe('a picture that is sent as text', () => {
  const send = (profile_picture: string) =>
    call('PATCH', '/users/user_details/', { json: { profile_picture }, as: alice })

  it('is refused, so that nobody takes it for stored', async () => {
    const { status, body } = await send('data:image/png;base64,iVBORw0KGgo=')
    const payload = { profile_picture: [noPicture] }
    expect([status, body]).toEqual([400, { code: 1, error: noPicture, payload }])
  })

  it('is left alone where it is the address that was answered', async () => {
    const answer = await send('http://kith.test/media/avatars/default.png')
    expect([answer.status, (await accountRow(alice))['avatar']]).toEqual([200, ''])
  })
})

describe('a form of another charset', () => {
  const form = 'application/x-www-form-urlencoded'
  it.each([
    [`${form}; charset=ISO-8859-1`, 'first_name=Ada&last_name=Byron', 'Ada'],
    [`${form}; charset=ISO-8859-1`, 'first_name=Jos%E9&last_name=Byron', 'José'],
    [`${form};CHARSET="latin1"`, 'first_name=%80+Jos%e9&last_name=Byron', '€ José'],
    [`${form}; charset=UTF-8`, 'first_name=Jos%C3%A9&last_name=Byron', 'José'],
    [`${form}; charset=utf8; x`, 'first_name=Jos%C3%A9&last_name=Byron', 'José'],
    [form, '_charset_=windows-1252&first_name=Jos%E9&last_name=Byron', 'José'],
    [`${form}; charset=UTF-16`, 'first_name=Jos%C3%A9&last_name=Byron', 'José'],
    [`${form}; charset=klingon`, 'first_name=Jos%C3%A9&last_name=Byron', 'José'],
    [`${form}; charset=`, 'first_name=Ada&last_name=Byron', 'Ada'],
    [`${form}; charset=Shift_JIS`, 'first_name=%83A%83_&last_name=Byron', 'アダ'],
    [`${form}; charset=ISO-8859-1`, 'first_name=100%+%zz&last_name=Byron', '100% %zz'],
  ])('is read as %s: %s', async (type, raw, first) => {
    // Bytes, for which the runtime makes up no content type.
    expect(await contact(typed(type, joined(raw)))).toEqual([201, [first, 'Byron']])
  })

  it('is read where its bytes stand as they are', async () => {
    const raw = file.bytes('first_name=Jos\xe9&last_name=Byron')
    const given = typed(`${form}; charset=iso-8859-1`, raw)
    expect(await contact(given)).toEqual([201, ['José', 'Byron']])
  })

  it('is refused where it has more than 2,000 fields, whatever they are', async () => {
    const fields = (count: number) =>
      ['first_name=Ada', 'last_name=Byron', ...Array.from({ length: count - 2 }, String)].join('&')
    const refused = [400, { detail: 'Form parse error - Invalid body' }]
    expect(await contact(typed(form, fields(2000)))).toEqual(adaByron)
    expect(await contact(typed(form, fields(2001)))).toEqual(refused)
    expect(await contact(typed(form, '&'.repeat(26_000)))).toEqual(refused)
  })
})

describe('a body that is encoded', () => {
  const bodies: [string, BodyInit][] = [
    ['application/json', '{"first_name":"Ada","last_name":"Byron"}'],
    ['application/x-www-form-urlencoded', 'first_name=Ada&last_name=Byron'],
    [multipartType, quotedNames],
  ]
  const codings = ['gzip', 'GZIP', 'br', 'x-unknown', 'identity, gzip', '*']

  it.each(bodies)('is refused, as %s', async (type, raw) => {
    for (const coding of codings) {
      const given = typed(type, raw, { 'content-encoding': coding })
      const { status, body, headers } = await call('POST', '/friends/', { ...given, as: alice })
      expect([status, body, headers.get('accept-encoding')]).toEqual([
        415,
        { detail: `Unsupported content encoding "${coding}" in request.` },
        'identity',
      ])
    }
  })

  it.each(bodies)('is read where it is not encoded, as %s', async (type, raw) => {
    for (const coding of ['identity', 'Identity', '', 'identity,identity']) {
      expect(await contact(typed(type, raw, { 'content-encoding': coding }))).toEqual(adaByron)
    }
  })

  it('is refused by every method, and in the envelope too', async () => {
    const headers = { 'content-encoding': 'gzip' }
    const words = 'Unsupported content encoding "gzip" in request.'
    for (const [method, path, expected] of [
      ['PATCH', '/api/profile/update/', { detail: words }],
      ['PUT', '/api/profile/update/', { detail: words }],
      ['PATCH', '/users/user_details/', { code: 2, error: words }],
      ['POST', '/accounts/login/', { detail: words }],
    ] as const) {
      const { status, body } = await call(method, path, { json: {}, headers, as: alice })
      expect([path, status, body]).toEqual([path, 415, expected])
    }
  })

  it('is no matter where there is no body', async () => {
    const headers = { 'content-encoding': 'gzip' }
    expect((await call('POST', '/accounts/login/', { headers })).status).toBe(400)
    expect((await call('GET', '/friends/', { headers, as: alice })).status).toBe(200)
  })
})

describe('a number that stands for text', () => {
  const json = (number: string): CallOptions =>
    typed('application/json', `{"first_name":"Ada","last_name":"Byron","contact_info":${number}}`)

  it.each([
    ['800356270543470622', '800356270543470622'],
    ['-800356270543470622', '-800356270543470622'],
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890.5', '12345678901234567890.5'],
    ['0.1000000000000000055', '0.1000000000000000055'],
    ['1.0', '1.0'],
    ['1.50', '1.50'],
    ['1e5', '1e5'],
    ['1E+22', '1E+22'],
    ['-0', '0'],
    ['7', '7'],
    [' \n 9007199254740993 \t', '9007199254740993'],
    ['1,"contact_info":9007199254740993', '9007199254740993'],
    ['9007199254740993,"contact_info":1', '1'],
    ['9007199254740993,"contact_info":"x"', 'x'],
  ])('keeps its digits: %s', async (number, text) => {
    expect(await contact(json(number))).toEqual([201, ['Ada', 'Byron', text]])
  })

  it.each(['1e400', '-1e400'])('is none where it cannot be kept: %s', async (number) => {
    expect(await contact(json(number))).toEqual([400, { contact_info: ['Not a valid string.'] }])
  })

  it('is a number for the fields that take numbers', async () => {
    const plan = (more: string) =>
      typed(
        'application/json',
        `{"title":9007199254740993,"description":1.0,"capacity":${more},"start_time":"2027-05-01T10:00:00Z",
          "end_time":"2027-05-01T12:00:00Z","location":{"address1":1.0,"city":"B","state":"MA",
          "zipcode":12345678901234567890}}`,
      )
    const { status, body } = await call('POST', '/api/plans/add/', { ...plan('2.0'), as: alice })
    expect([status, body.data]).toEqual([
      201,
      expect.objectContaining({
        title: '9007199254740993',
        description: '1.0',
        capacity: 2,
        location: expect.objectContaining({ address1: '1.0', zipcode: '12345678901234567890' }),
      }),
    ])
    const tooLarge = await call('POST', '/api/plans/add/', {
      ...plan('9007199254740993'),
      as: alice,
    })
    expect([tooLarge.status, Object.keys(tooLarge.body)]).toEqual([400, ['capacity']])
  })

  it('is told whole in a list', async () => {
    const dan = await signUp(world, 'dan')
    const plan = await call('POST', '/api/plans/add/', {
      json: {
        title: 'T',
        location: { address1: '1 main st', city: 'Boston', state: 'MA', zipcode: '12345' },
        start_time: '2027-05-01T10:00:00Z',
        end_time: '2027-05-01T12:00:00Z',
      },
      as: dan,
    })
    const raw = '{"usernames":[9007199254740993,1.0]}'
    const path = `/api/plans/${plan.body.data.id ?? plan.body.id}/invite/`
    const { status, body } = await call('POST', path, {
      ...typed('application/json', raw),
      as: dan,
    })
    expect([status, body]).toEqual([
      400,
      {
        usernames: [
          'Object with username=9007199254740993 does not exist.',
          'Object with username=1.0 does not exist.',
        ],
      },
    ])
  })

  it('cannot be nested more deeply than anything else', async () => {
    const raw = `{"first_name":${'['.repeat(60_000)}1.0${']'.repeat(60_000)}}`
    expect(await contact(typed('application/json', raw))).toEqual([400, aJsonError])
  })
})

describe('a body of very many faults', () => {
  it('is told of 50 of them', async () => {
    const raw = JSON.stringify({ user_ids: Array.from({ length: 400 }, () => 'x') })
    const path = `/api/plans/${'0'.repeat(24)}/invite/`
    const given = { ...typed('application/json', raw), as: alice }
    const { status, body } = await call('POST', path, given)
    expect(status).toBe(400)
    expect(JSON.stringify(body).match(/integer is required/g) ?? []).toHaveLength(50)
  })
})
