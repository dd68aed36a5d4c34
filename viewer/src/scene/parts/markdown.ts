/** Markdown of overlays, made safe: scenes are files that many may write. In a chunk of its own, with its libraries. */

import DOMPurify from 'dompurify'
import { marked } from 'marked'

const RULES = {
  ALLOWED_TAGS: [
    'a', 'b', 'blockquote', 'br', 'code', 'del', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'li', 'ol', 'p',
    'pre', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul',
  ],
  ALLOWED_ATTR: ['href', 'title', 'align'],
  RETURN_DOM_FRAGMENT: true,
} as const

/** The text as nodes of a page, without scripts, styles, forms or pictures from elsewhere. */
export function renderMarkdown(content: string): DocumentFragment {
  const html = marked.parse(content, { async: false, gfm: true })
  const fragment = DOMPurify.sanitize(html, { ...RULES, ALLOWED_TAGS: [...RULES.ALLOWED_TAGS], ALLOWED_ATTR: [...RULES.ALLOWED_ATTR] })
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
  }
  return fragment
}
