/** The view of signing in: the page before it, and the part of the header after it. */

import { type AuthSettings, goToSignIn, hasSignedOut, Session, SignInError } from './api/sign_in'
import { h, setText } from './ui/dom'

let session: Session | undefined

/**
 * Sign in: finish what the provider answered, or go to the provider.
 *
 * @returns The session. Without one, the page shows a button or leaves, and this never ends.
 * @throws {ApiError} when a service does not respond.
 */
export async function signIn(settings: AuthSettings): Promise<Session> {
  try {
    // The page starts again when a service does not respond, after the answer of the provider is used up.
    session ??= await Session.resume(settings)
    if (session) return session
    if (hasSignedOut()) showButton(settings, 'You are signed out.')
    else await goToSignIn(settings, true)
  } catch (error) {
    if (!(error instanceof SignInError)) throw error
    showButton(settings, `Signing in failed: ${error.message}`)
  }
  return new Promise(() => undefined)
}

/** Show a text with a button that goes to the provider. The page does not go there by itself, so that no failure repeats. */
function showButton(settings: AuthSettings, text: string): void {
  const button = h('button', { type: 'button' }, 'Sign in')
  button.addEventListener('click', () => {
    button.disabled = true
    goToSignIn(settings).catch((error: Error) => showButton(settings, `Signing in failed: ${error.message}`))
  })
  document.body.replaceChildren(h('main', { class: 'fatal' }, h('p', { role: 'status' }, text), button))
  button.focus()
}

/** Show nothing of the twin any more: neither until the provider answers, nor when the browser goes back to this page. */
function leave(): void {
  document.body.replaceChildren(h('main', { class: 'fatal' }, h('p', { role: 'status' }, 'Signing out …')))
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload()
  })
}

/** The user's name with a button: to sign out, or to sign in again when the session ended. */
export function accountElement(settings: AuthSettings, session: Session): HTMLElement {
  const button = h('button', { type: 'button' })
  const problem = h('strong', { class: 'problem', role: 'alert' })
  button.addEventListener('click', () => {
    setText(problem, '')
    if (session.state === 'signed-in') session.signOut()
    else goToSignIn(settings).catch((error: Error) => setText(problem, `Signing in failed: ${error.message}`))
  })
  const element = h('span', { class: 'account' }, h('span', { class: 'muted', title: 'Signed in' }, session.userName), problem, button)
  session.subscribe((state) => {
    element.dataset['state'] = state
    button.textContent = state === 'signed-in' ? 'Sign out' : 'Sign in again'
    if (state === 'signed-out') leave()
  })
  return element
}
