// What a body's reader must know of a route's shape before it is checked.
import * as z from 'zod'

/** A field's schema without its being optional or nullable. */
export function bare(field: z.ZodType): z.ZodType {
  // A bounded list is its array behind the bound.
  if (field instanceof z.ZodPipe && field.out instanceof z.ZodArray) return field.out
  const isWrapped = field instanceof z.ZodOptional || field instanceof z.ZodNullable
  return isWrapped ? bare(field.unwrap() as z.ZodType) : field
}

/** Whether a field takes text and no numbers: there a number is its text (`domain/fields`). */
export function isText(field: z.ZodType): boolean {
  // What is optional may say its type itself (`clearable`), or leave that to what is in it.
  const types = [field.meta()?.['type'] ?? bare(field).meta()?.['type']].flat()
  return types.includes('string') && !types.includes('integer') && !types.includes('number')
}
