/**
 * Renders the Markdown of overlays, sanitised, because a scene is untrusted input.
 *
 * A chunk of its own, since its libraries are large and few scenes have overlays.
 */

import DOMPurify from 'dompurify'
import { marked } from 'marked'

const SANITIZE_OPTIONS = {
  ALLOWED_TAGS: [
    'a', 'b', 'blockquote', 'br', 'code', 'del', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'li', 'ol', 'p',
    'pre', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul',
  ],
  ALLOWED_ATTR: ['href', 'title', 'align'],
  RETURN_DOM_FRAGMENT: true,
} as const

/** Render Markdown as DOM nodes without scripts, styles, forms and images. */
export function renderMarkdown(content: string): DocumentFragment {
  const html = marked.parse(content, { async: false, gfm: true })
  const fragment = DOMPurify.sanitize(html, {
    ...SANITIZE_OPTIONS,
    ALLOWED_TAGS: [...SANITIZE_OPTIONS.ALLOWED_TAGS],
    ALLOWED_ATTR: [...SANITIZE_OPTIONS.ALLOWED_ATTR],
  })
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
  }
  return fragment
}
