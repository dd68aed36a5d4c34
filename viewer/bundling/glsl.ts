/** Shaders without comments and white space. Minifiers of JavaScript leave the text of a template as it is. */

const MARKED_TEMPLATE = /\/\* ?glsl ?\*\/\s*`([^`]*)`/g
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/g
/** White space around operators and punctuation. A sign that follows another, as in `a - -b`, keeps its space. */
const AROUND_OPERATOR = / ?([=*/<>,;(){}[\]?:&|!]) ?|(?<![+-]) ?([+-]) ?(?![+-])/g

/** Minify the shaders of a module: the templates after the comment that three.js uses, unless they have expressions. */
export function withSmallShaders(code: string): string {
  return code.replace(MARKED_TEMPLATE, (template, shader: string) => (shader.includes('${') ? template : `\`${smallShader(shader)}\``))
}

/** Remove comments and white space. Directives, such as `#include`, keep a line of their own. */
export function smallShader(shader: string): string {
  const parts: string[] = []
  let isAfterCode = false
  for (const line of shader.replace(COMMENT, '').split('\n')) {
    const text = line.trim().replace(/\s+/g, ' ')
    if (!text) continue
    const isCode = !text.startsWith('#')
    if (isCode && isAfterCode) parts.push(`${parts.pop()} ${text}`)
    else parts.push(text)
    isAfterCode = isCode
  }
  return parts.map((part) => (part.startsWith('#') ? part : part.replace(AROUND_OPERATOR, '$1$2'))).join('\n')
}
