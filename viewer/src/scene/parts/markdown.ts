/**
 * Renders the Markdown of overlays, sanitised, because a scene is untrusted input.
 *
 * A chunk of its own, since its libraries are large and few scenes have overlays.
 */

import DOMPurify from 'dompurify'
import { marked } from 'marked'

import { externalUrl } from '../../api/external_url'
import { LIMITS } from '../facts'

const SANITIZE_OPTIONS = {
  ALLOWED_TAGS: [
    'a', 'b', 'blockquote', 'br', 'code', 'del', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'li', 'ol', 'p',
    'pre', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul',
  ],
  ALLOWED_ATTR: ['href', 'title', 'align'],
  RETURN_DOM_FRAGMENT: true,
} as const

/**
 * Render Markdown as DOM nodes without scripts, styles, forms and images.
 *
 * A text beyond the limit is cut, because values of devices can be in it.
 *
 * @param ownOrigins Origins that no link may lead to. What is not a link to another web site is shown as text.
 */
export function renderMarkdown(content: string, ownOrigins: readonly string[]): DocumentFragment {
  const html = toHtml(content.slice(0, LIMITS.textLength))
  const fragment = DOMPurify.sanitize(html, {
    ...SANITIZE_OPTIONS,
    ALLOWED_TAGS: [...SANITIZE_OPTIONS.ALLOWED_TAGS],
    ALLOWED_ATTR: [...SANITIZE_OPTIONS.ALLOWED_ATTR],
  })
  for (const link of fragment.querySelectorAll('a')) {
    const url = externalUrl(link.getAttribute('href') ?? '', ownOrigins)
    if (!url) {
      link.replaceWith(...link.childNodes)
      continue
    }
    link.href = url.href
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
  }
  return fragment
}

function toHtml(content: string): string {
  try {
    return marked.parse(content, { async: false, gfm: true })
  } catch {
    return '' // Too deeply nested for its recursion.
  }
}
