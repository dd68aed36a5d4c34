/** The button that copies a link to what the page shows. */

import { h, setText } from './dom'

const LABEL = 'Copy link'
const SHOWN_MS = 2_000

/** @param linkOf The link to copy. */
export function createCopyLink(linkOf: () => string): HTMLElement {
  const title = 'Copy a link to this view, with the position of the camera'
  const button = h('button', { type: 'button', class: 'copy-link', title }, LABEL)
  const status = h('span', { class: 'visually-hidden', role: 'status' })
  button.addEventListener('click', () => {
    const link = linkOf()
    void copy(link).then((isCopied) => {
      // Without access to the clipboard, the user copies the link from the dialog.
      if (!isCopied) return void prompt('Link to this view:', link)
      setText(button, 'Copied')
      setText(status, 'The link is copied')
      setTimeout(() => {
        setText(button, LABEL)
        setText(status, '')
      }, SHOWN_MS)
    })
  })
  return h('span', { class: 'copy-link-box' }, button, status)
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
