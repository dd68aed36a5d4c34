/**
 * Signing in: code flow with PKCE at an OpenID provider, and temporary credentials of an Amazon Cognito identity pool.
 *
 * Tokens are in memory only. The page is loaded again after signing in, so that the verifier of the flow and the
 * place in the page wait in the tab's storage; both are removed when the page returns.
 */

import * as oauth from 'oauth4webapi'

import { clock } from '../data/clock'
import { ApiError } from './api'
import type { Credentials, CredentialsSource } from './credentials'
import { type Operators, operatorObstacle } from './operators'
import { describeRefusal } from './refusals'
import { type AssumedRole, assumeRole, type ExpiringCredentials, readIdentityCredentials } from './identity_pool'

/** The member `auth` of `config.json`. */
export interface AuthSettings {
  /** Issuer of the provider, whose discovery document names its addresses. */
  readonly issuer: string
  readonly clientId: string
  readonly identityPoolId: string
  /** Name of the provider in the identity pool. */
  readonly provider: string
  readonly scopes: readonly string[]
  /** Where the browser goes to sign out of the provider. Default: the address of the discovery document, if it has one. */
  readonly logoutUrl?: string
  /** Origin of Amazon Cognito Identity. Default: that of the region. */
  readonly identityEndpoint: string
  /** Role of another account, which users assume in place of a role of the identity pool. */
  readonly role?: AssumedRole
  /** The same for users who may acknowledge alarms; absent if no user may. */
  readonly operatorRole?: AssumedRole
  /** Whose users may acknowledge alarms; absent if this is not known. */
  readonly operators?: Operators
}

export type SignInState = 'signed-in' | 'signed-out' | 'expired'

interface Flow {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  /** What follows the `#` of the page's address. */
  readonly hash: string
}

interface Tokens {
  readonly idToken: string
  readonly refreshToken: string | undefined
}

const FLOW = 'twin-sign-in'
const SIGNED_OUT = 'twin-signed-out'
/** Credentials are renewed so long before they end. */
const RENEW_BEFORE_MS = 300_000
const RENEW_EVERY_MS = 10_000
/** Members of the answer of the provider in the page's address. */
const ANSWER_MEMBERS = ['code', 'state', 'error', 'error_description', 'error_uri', 'iss', 'session_state'] as const

/** The provider refused to sign in, or the answer belongs to no flow of this tab. */
export class SignInError extends Error {
  override readonly name = 'SignInError'
}

export class Session implements CredentialsSource {
  private reading: Promise<ExpiringCredentials> | undefined
  private renewedAt = -Infinity
  private currentState: SignInState = 'signed-in'
  /** Why the session ended; empty if the user signed out. */
  private endReason = ''
  /** Tells the other tabs of the browser that a user signed out. */
  private readonly tabs = new BroadcastChannel(SIGNED_OUT)
  private readonly listeners = new Set<(state: SignInState) => void>()

  private constructor(
    private readonly settings: AuthSettings,
    private readonly server: oauth.AuthorizationServer,
    private tokens: Tokens,
    /** Name of the user for the page: the e-mail address, otherwise what the provider calls the user. */
    readonly userName: string,
    /** What the provider calls the user, in no other place. */
    private readonly subject: string,
    /** Why the user may write no values; undefined if the user may, or if only the service decides. */
    readonly writeObstacle: string | undefined,
  ) {
    this.tabs.addEventListener('message', ({ data }) => {
      if (data !== this.userKey || this.currentState === 'signed-out') return
      this.forget()
      // Nothing of the twin stays in the tab.
      location.reload()
    })
  }

  get userKey(): string {
    const { issuer, clientId, identityPoolId } = this.settings
    return JSON.stringify([issuer, clientId, identityPoolId, this.subject])
  }

  get state(): SignInState {
    return this.currentState
  }

  /** Call `listener` with the state, now and at each change. */
  subscribe(listener: (state: SignInState) => void): void {
    this.listeners.add(listener)
    listener(this.currentState)
  }

  /**
   * Finish signing in if the page was opened by the provider's answer.
   *
   * An error that the provider sends without the `state` of the request, as Amazon Cognito does, is an answer as well:
   * the page would otherwise go to the provider again and again.
   *
   * @returns The session; undefined if the page was opened otherwise.
   * @throws {SignInError} when the provider refused.
   */
  static async resume(settings: AuthSettings): Promise<Session | undefined> {
    const address = new URL(location.href)
    const answered = address.searchParams
    if (!['state', 'error', 'code'].some((name) => answered.has(name))) return undefined
    const flow = takeFlow()
    clearAnswer(address, flow)
    if (!flow) throw new SignInError('this answer belongs to no sign-in of this tab')
    const refusal = answered.get('error')
    if (refusal && !answered.has('state')) throw new SignInError(describeRefusal(refusal, answered.get('error_description')))
    const server = await discover(settings)
    const client = clientOf(settings)
    try {
      const parameters = oauth.validateAuthResponse(server, client, address, flow.state)
      const grant = oauth.authorizationCodeGrantRequest(server, client, oauth.None(), parameters, redirectUri(), flow.verifier, options(settings))
      const answer = await oauth.processAuthorizationCodeResponse(server, client, await grant, { expectedNonce: flow.nonce, requireIdToken: true })
      const claims = oauth.getValidatedIdTokenClaims(answer) ?? { sub: '' }
      return new Session(settings, server, tokensOf(answer), userNameOf(claims), claims.sub, operatorObstacle(settings.operators, claims))
    } catch (error) {
      throw signInErrorOf(error)
    }
  }

  async get(): Promise<Credentials> {
    if (this.currentState !== 'signed-in') throw signedOutError(this.endReason)
    const { reading } = this
    const { credentials, expiration } = await this.current()
    const remaining = expiration - clock.now()
    if (remaining <= 0) {
      if (this.reading === reading) this.reading = undefined
      return (await this.current()).credentials
    }
    if (remaining < RENEW_BEFORE_MS) void this.renew()
    return credentials
  }

  refused(): void {
    this.reading = undefined
  }

  /** Forget tokens and credentials in all tabs, and sign out of the provider. */
  signOut(): void {
    const { idToken, refreshToken } = this.tokens
    this.forget()
    this.tabs.postMessage(this.userKey)
    if (refreshToken) void this.revoke(refreshToken)
    location.assign(this.logoutAddress(idToken))
  }

  private forget(): void {
    this.reading = undefined
    this.tokens = { idToken: '', refreshToken: undefined }
    sessionStorage.setItem(SIGNED_OUT, 'true')
    this.setState('signed-out')
  }

  /** Make a refresh token useless, as far as the provider can. The request outlives the page. */
  private async revoke(refreshToken: string): Promise<void> {
    if (!this.server.revocation_endpoint) return
    const keepalive = { [oauth.customFetch]: (url: string, init: RequestInit) => fetch(url, { ...init, keepalive: true }) }
    try {
      await oauth.revocationRequest(this.server, clientOf(this.settings), oauth.None(), refreshToken, { ...options(this.settings), ...keepalive })
    } catch {
      // The token is in no other place, and ends by itself.
    }
  }

  private logoutAddress(idToken: string): string {
    const { logoutUrl, clientId } = this.settings
    const address = logoutUrl ?? this.server.end_session_endpoint
    if (!address) return redirectUri()
    const url = new URL(address)
    // Amazon Cognito's own names, and those of OpenID Connect: providers ignore what they do not know. Some providers
    // of OpenID Connect sign out only with the token that they gave.
    const parameters = {
      client_id: clientId,
      logout_uri: redirectUri(),
      post_logout_redirect_uri: redirectUri(),
      ...(logoutUrl === undefined ? { id_token_hint: idToken } : {}),
    }
    for (const [name, value] of Object.entries(parameters)) if (!url.searchParams.has(name)) url.searchParams.set(name, value)
    return url.href
  }

  /** The credentials that were read, otherwise new ones. Requests at the same time wait for one reading. */
  private async current(): Promise<ExpiringCredentials> {
    const reading = (this.reading ??= this.read())
    try {
      return await reading
    } catch (error) {
      if (this.reading === reading) this.reading = undefined
      throw error
    }
  }

  /** Read new credentials while requests use the present ones, at most every `RENEW_EVERY_MS`. */
  private async renew(): Promise<void> {
    if (clock.now() - this.renewedAt < RENEW_EVERY_MS) return
    this.renewedAt = clock.now()
    try {
      this.reading = Promise.resolve(await this.read())
    } catch {
      // The present credentials last for some minutes, in which the next renewal may succeed.
    }
  }

  private async read(): Promise<ExpiringCredentials> {
    const { provider, identityPoolId, identityEndpoint, role, operatorRole } = this.settings
    try {
      await this.refreshTokens()
      const logins = { [provider]: this.tokens.idToken }
      const ofPool = await readIdentityCredentials(identityEndpoint, identityPoolId, logins)
      if (!role) return ofPool
      return await assumeRole(ofPool.credentials, operatorRole && this.writeObstacle === undefined ? operatorRole : role)
    } catch (error) {
      if (error instanceof ApiError && !error.isSignedOut) throw error
      // The user may have signed out meanwhile.
      if (this.currentState === 'signed-in') {
        this.endReason = signInErrorOf(error).message
        this.setState('expired')
      }
      throw signedOutError(this.endReason)
    }
  }

  /** Get new tokens, unless those of signing in are still good. */
  private async refreshTokens(): Promise<void> {
    if (expiryOf(this.tokens.idToken) - clock.now() > RENEW_BEFORE_MS) return
    const { refreshToken } = this.tokens
    if (!refreshToken) {
      if (expiryOf(this.tokens.idToken) > clock.now()) return
      throw new SignInError('the session has ended')
    }
    const client = clientOf(this.settings)
    let response: Response
    try {
      response = await oauth.refreshTokenGrantRequest(this.server, client, oauth.None(), refreshToken, options(this.settings))
    } catch {
      throw new ApiError(0, 'NoResponse', 'no connection to the sign-in')
    }
    if (response.status >= 500) throw new ApiError(response.status, 'SignIn', `the sign-in answers ${response.status}`)
    const answer = await oauth.processRefreshTokenResponse(this.server, client, response)
    this.tokens = { ...tokensOf(answer), refreshToken: answer.refresh_token ?? refreshToken }
  }

  private setState(state: SignInState): void {
    if (state === this.currentState) return
    this.currentState = state
    for (const listener of [...this.listeners]) listener(state)
  }
}

/** Whether the user signed out in this tab, so that the page does not sign in by itself. */
export function hasSignedOut(): boolean {
  return sessionStorage.getItem(SIGNED_OUT) !== null
}

/**
 * Go to the provider. The page is loaded again when the user is signed in.
 *
 * @param isAutomatic Whether the page goes there by itself, so that the browser's Back button skips the page before.
 */
export async function goToSignIn(settings: AuthSettings, isAutomatic = false): Promise<void> {
  const server = await discover(settings)
  if (!server.authorization_endpoint) throw new SignInError(`${settings.issuer} names no address to sign in`)
  const flow: Flow = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    hash: location.hash,
  }
  sessionStorage.setItem(FLOW, JSON.stringify(flow))
  sessionStorage.removeItem(SIGNED_OUT)
  const url = new URL(server.authorization_endpoint)
  const parameters = {
    client_id: settings.clientId,
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: settings.scopes.join(' '),
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  if (isAutomatic) location.replace(url)
  else location.assign(url)
}

async function discover(settings: AuthSettings): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(settings.issuer)
  try {
    return await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options(settings)))
  } catch (error) {
    throw new SignInError(`the sign-in at ${issuer.host} cannot be reached: ${(error as Error).message}`)
  }
}

/** The page as a client of the provider, whose times are compared with those of the services. */
function clientOf({ clientId }: AuthSettings): oauth.Client {
  return { client_id: clientId, [oauth.clockSkew]: Math.round((clock.now() - Date.now()) / 1000) }
}

/** Requests without TLS go to this machine only. */
function options({ issuer }: AuthSettings): { [oauth.allowInsecureRequests]: boolean } {
  return { [oauth.allowInsecureRequests]: /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(`${issuer}/`) }
}

/** The page's own address without a file name and what follows: a provider compares it character by character. */
export function redirectUri(): string {
  return location.origin + location.pathname.replace(/\/index\.html$/, '/')
}

function takeFlow(): Flow | undefined {
  const text = sessionStorage.getItem(FLOW)
  sessionStorage.removeItem(FLOW)
  return text === null ? undefined : (JSON.parse(text) as Flow)
}

/** Remove the provider's answer from the address, and return to the place in the page. */
function clearAnswer(address: URL, flow: Flow | undefined): void {
  const shown = new URL(address)
  for (const name of ANSWER_MEMBERS) shown.searchParams.delete(name)
  shown.hash = flow?.hash ?? shown.hash
  history.replaceState(null, '', shown)
  // Listeners of the address do not learn of replaceState.
  dispatchEvent(new HashChangeEvent('hashchange'))
}

function tokensOf({ id_token, refresh_token }: oauth.TokenEndpointResponse): Tokens {
  if (id_token === undefined) throw new SignInError('the provider gives no identity: the scopes need "openid"')
  return { idToken: id_token, refreshToken: refresh_token }
}

function userNameOf(claims: Readonly<Record<string, unknown>>): string {
  const name = claims['email'] ?? claims['preferred_username'] ?? claims['cognito:username'] ?? claims['sub']
  return typeof name === 'string' ? name : ''
}

/** When a token ends, in milliseconds since 1970. The provider gave it over TLS, so that its signature is not needed. */
function expiryOf(token: string): number {
  try {
    const body = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    return Number((JSON.parse(atob(body)) as { exp?: number }).exp) * 1000 || 0
  } catch {
    return 0
  }
}

function signInErrorOf(error: unknown): SignInError {
  if (error instanceof SignInError) return error
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
    return new SignInError(describeRefusal(error.error, error.error_description))
  }
  if (error instanceof oauth.OperationProcessingError) return new SignInError(`the provider's answer is not accepted: ${error.message}`)
  return new SignInError(error instanceof Error ? error.message : String(error))
}

function signedOutError(reason: string): ApiError {
  return new ApiError(401, 'SignedOut', reason ? `sign in again (${reason})` : 'sign in again')
}
