// Shows /openapi.json in Swagger UI. Of a file of its own: the page's policy allows no script within it.
const ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  // Section by section: all calls at once are more than it shows.
  docExpansion: 'none',
  onComplete: () => ui.layoutActions.show(['operations-tag', 'Start here'], true),
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // Else it would send the address of this page to another host.
  validatorUrl: null,
  plugins: [openingAtTheTop, linkingNoLicence],
})

/** Else *Authorize* jumps to its last scheme: each field of it takes the focus when it is shown. */
function openingAtTheTop() {
  const Input = (Original, { React }) => {
    return (props) => React.createElement(Original, { ...props, autoFocus: false })
  }
  return { wrapComponents: { Input } }
}

/** Else it would link to a list of public licences, on another host, which has not this one. */
function linkingNoLicence() {
  return { statePlugins: { spec: { wrapSelectors: { selectLicenseUrl: () => () => undefined } } } }
}
