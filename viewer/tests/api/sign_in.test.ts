// @vitest-environment happy-dom
/** Signing in at a provider that answers within the test. That a browser signs in is tests/viewer/test_sign_in.py. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { type AuthSettings, goToSignIn, hasSignedOut, Session, SignInError } from '../../src/api/sign_in'
import { clock } from '../../src/data/clock'

const ISSUER = 'https://login.example.com'
const SETTINGS: AuthSettings = {
  issuer: ISSUER,
  clientId: 'page',
  identityPoolId: 'eu-west-1:pool',
  provider: 'login.example.com',
  scopes: ['openid', 'email'],
  identityEndpoint: 'https://cognito-identity.eu-west-1.amazonaws.com',
}
const HOUR_MS = 3_600_000

interface Call {
  readonly name: string
  readonly body: string
  readonly headers: Headers
}

let calls: Call[]
/** Answers that are not the usual ones, by name of the call. */
let answers: Map<string, () => Response>
let assigned: string[]
let replaced: string[]
let channels: BroadcastChannel[] = []
let nonce: string

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
}

function tokenFor(lifetimeMs: number): string {
  const seconds = Math.floor(Date.now() / 1000)
  const claims = { iss: ISSUER, aud: 'page', sub: 'u', email: 'operator@plant.example', nonce, iat: seconds, exp: seconds + lifetimeMs / 1000 }
  const part = (value: unknown): string => btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return `${part({ alg: 'RS256' })}.${part(claims)}.signature`
}

function answerTo(name: string): Response {
  const seconds = Date.now() / 1000
  switch (name) {
    case 'discovery':
      return json({
        issuer: ISSUER,
        authorization_endpoint: `${ISSUER}/authorize`,
        token_endpoint: `${ISSUER}/token`,
        revocation_endpoint: `${ISSUER}/revoke`,
        end_session_endpoint: `${ISSUER}/logout`,
      })
    case 'revoke':
      return new Response()
    case 'token':
      return json({ access_token: 'a', token_type: 'Bearer', expires_in: 3600, id_token: tokenFor(HOUR_MS), refresh_token: 'r' })
    case 'GetId':
      return json({ IdentityId: 'eu-west-1:identity' })
    default:
      return json({ Credentials: { AccessKeyId: `ASIA${calls.length}`, SecretKey: 's', SessionToken: 't', Expiration: seconds + 3600 } })
  }
}

function nameOf(request: Request): string {
  if (request.url.includes('.well-known')) return 'discovery'
  if (request.url.endsWith('/token')) return 'token'
  if (request.url.endsWith('/revoke')) return 'revoke'
  return request.headers.get('x-amz-target')?.split('.')[1] ?? request.url
}

beforeEach(() => {
  calls = []
  answers = new Map()
  assigned = []
  replaced = []
  nonce = ''
  sessionStorage.clear()
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.spyOn(clock, 'now').mockImplementation(() => Date.now())
  vi.spyOn(location, 'assign').mockImplementation((url) => void assigned.push(String(url)))
  vi.spyOn(location, 'replace').mockImplementation((url) => void replaced.push(String(url)))
  const Channel = BroadcastChannel
  vi.stubGlobal(
    'BroadcastChannel',
    class extends Channel {
      constructor(name: string) {
        super(name)
        channels.push(this)
      }
    },
  )
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init)
    const name = nameOf(request)
    calls.push({ name, body: await request.text(), headers: request.headers })
    return answers.get(name)?.() ?? answerTo(name)
  })
  history.replaceState(null, '', 'http://localhost:3000/page/#entity=m-1')
})

afterEach(() => {
  for (const channel of channels) channel.close()
  channels = []
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** Go to the provider; return the parameters of the request. */
async function begin(): Promise<URLSearchParams> {
  await goToSignIn(SETTINGS)
  const parameters = new URL(assigned.at(-1) ?? '').searchParams
  nonce = parameters.get('nonce') ?? ''
  return parameters
}

/** Sign in, as the provider sends the browser back. */
async function signIn(): Promise<Session> {
  const parameters = await begin()
  history.replaceState(null, '', `http://localhost:3000/page/?code=abc&state=${parameters.get('state')}`)
  const session = await Session.resume(SETTINGS)
  if (!session) throw new Error('no session')
  return session
}

const STS_ANSWER = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult><Credentials>
    <AccessKeyId>ASIAOTHER</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
    <Expiration>2100-01-01T00:00:00Z</Expiration>
  </Credentials></AssumeRoleResult>
</AssumeRoleResponse>`
const STS_ERROR = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized</Message></Error></ErrorResponse>`

describe('a role of another account', () => {
  const STS = 'https://sts.eu-west-1.amazonaws.com/'
  const role = { arn: 'arn:aws:iam::444455556666:role/viewers', stsEndpoint: 'https://sts.eu-west-1.amazonaws.com', region: 'eu-west-1' }
  const operatorRole = { ...role, arn: 'arn:aws:iam::444455556666:role/operators' }
  const operators = { claim: 'email', value: 'operator@plant.example', matchType: 'Equals' } as const

  async function signInWithRole(more: Partial<AuthSettings> = {}): Promise<Session> {
    const parameters = await begin()
    history.replaceState(null, '', `http://localhost:3000/page/?code=abc&state=${parameters.get('state')}`)
    const session = await Session.resume({ ...SETTINGS, role, ...more })
    if (!session) throw new Error('no session')
    return session
  }

  function assumed(): string | null {
    return new URLSearchParams(calls.find(({ name }) => name === STS)?.body).get('RoleArn')
  }

  test('is assumed with the credentials of the identity pool', async () => {
    answers.set(STS, () => new Response(STS_ANSWER))
    const session = await signInWithRole()

    expect(await session.get()).toEqual({ accessKeyId: 'ASIAOTHER', secretAccessKey: 's', sessionToken: 't' })
    expect(assumed()).toBe(role.arn)
    const { headers } = calls.find(({ name }) => name === STS)!
    expect(headers.get('authorization')).toMatch(/^AWS4-HMAC-SHA256 Credential=ASIA\d+\/\d{8}\/eu-west-1\/sts\/aws4_request/)
    expect(headers.get('x-amz-security-token')).toBe('t')
    expect(calls.map(({ name }) => name)).not.toContain('GetOpenIdToken')
  })

  test('of operators is assumed by users who have their claim only', async () => {
    answers.set(STS, () => new Response(STS_ANSWER))
    await (await signInWithRole({ operators, operatorRole })).get()
    expect(assumed()).toBe(operatorRole.arn)

    calls = []
    await (await signInWithRole({ operators: { ...operators, value: 'ana@plant.example' }, operatorRole })).get()
    expect(assumed()).toBe(role.arn)
  })

  test('that refuses the user ends the session', async () => {
    answers.set(STS, () => new Response(STS_ERROR, { status: 403 }))
    const session = await signInWithRole()

    await expect(session.get()).rejects.toThrow('sign in again (Not authorized)')
    expect(session.state).toBe('expired')
  })

  test('that cannot be assumed now is asked for again later', async () => {
    answers.set(STS, () => new Response('', { status: 503 }))
    const session = await signInWithRole()

    await expect(session.get()).rejects.toMatchObject({ status: 503 })
    expect(session.state).toBe('signed-in')
  })
})

describe('signing in', () => {
  test('asks for a code with PKCE and returns to the same place in the page', async () => {
    const parameters = await begin()
    expect(Object.fromEntries(parameters)).toMatchObject({
      client_id: 'page',
      redirect_uri: 'http://localhost:3000/page/',
      response_type: 'code',
      scope: 'openid email',
      code_challenge_method: 'S256',
    })
    history.replaceState(null, '', `http://localhost:3000/page/?code=abc&state=${parameters.get('state')}`)
    const session = await Session.resume(SETTINGS)

    expect(session?.userName).toBe('operator@plant.example')
    expect(location.href).toBe('http://localhost:3000/page/#entity=m-1')
    expect(new URLSearchParams(calls.find(({ name }) => name === 'token')?.body).get('code_verifier')).toHaveLength(43)
    expect(JSON.stringify({ ...sessionStorage })).toBe('{}')
  })

  test('a page that the provider did not open has no session', async () => {
    expect(await Session.resume(SETTINGS)).toBeUndefined()
    expect(calls).toEqual([])
  })

  test('the refusal of the provider is said in its words, once', async () => {
    const parameters = await begin()
    history.replaceState(null, '', `http://localhost:3000/page/?error=access_denied&error_description=Not%20a%20user&state=${parameters.get('state')}`)
    await expect(Session.resume(SETTINGS)).rejects.toThrow(new SignInError('Not a user'))
    expect(location.search).toBe('')
    expect(await Session.resume(SETTINGS)).toBeUndefined()
  })

  test('an answer that this tab did not ask for is not used', async () => {
    history.replaceState(null, '', 'http://localhost:3000/page/?code=abc&state=other')
    await expect(Session.resume(SETTINGS)).rejects.toThrow('belongs to no sign-in of this tab')
    await begin()
    history.replaceState(null, '', 'http://localhost:3000/page/?code=abc&state=other')
    await expect(Session.resume(SETTINGS)).rejects.toThrow(SignInError)
    expect(calls.map(({ name }) => name)).not.toContain('token')
  })

  test('an error without the state of the request is an answer, so that the page does not go to the provider again', async () => {
    await begin()
    history.replaceState(null, '', 'http://localhost:3000/page/?error=access_denied')
    await expect(Session.resume(SETTINGS)).rejects.toThrow(new SignInError('signing in was cancelled, or this user may not use the page'))
    expect(location.search).toBe('')
    history.replaceState(null, '', 'http://localhost:3000/page/?error=access_denied&error_description=Call%20this%20number')
    await expect(Session.resume(SETTINGS)).rejects.toThrow('belongs to no sign-in of this tab')
  })

  test('works when the clock of the computer is hours wrong', async () => {
    const ahead = 5 * HOUR_MS
    const parameters = await begin()
    answers.set('token', () => json({ access_token: 'a', token_type: 'Bearer', expires_in: 3600, id_token: tokenFor(HOUR_MS - ahead), refresh_token: 'r' }))
    vi.spyOn(clock, 'now').mockImplementation(() => Date.now() - ahead)
    history.replaceState(null, '', `http://localhost:3000/page/?code=abc&state=${parameters.get('state')}`)
    expect((await Session.resume(SETTINGS))?.state).toBe('signed-in')
  })

  test('by itself leaves no page that the Back button returns to', async () => {
    await goToSignIn(SETTINGS, true)
    expect(assigned).toEqual([])
    expect(replaced[0]).toContain(`${ISSUER}/authorize?`)
  })

  test('has one redirect URI, also for the name of the document', async () => {
    history.replaceState(null, '', 'http://localhost:3000/page/index.html#entity=m-1')
    expect((await begin()).get('redirect_uri')).toBe('http://localhost:3000/page/')
  })

  test('a token for another request is not used', async () => {
    const parameters = await begin()
    nonce = 'other'
    history.replaceState(null, '', `http://localhost:3000/page/?code=abc&state=${parameters.get('state')}`)
    await expect(Session.resume(SETTINGS)).rejects.toThrow(SignInError)
  })
})

describe('credentials of a session', () => {
  test('are read once, with the token of the user', async () => {
    const session = await signIn()
    const [first, second] = await Promise.all([session.get(), session.get()])

    expect(second).toEqual(first)
    expect(first).not.toHaveProperty('expiration')
    expect(calls.filter(({ name }) => name === 'GetId')).toHaveLength(1)
    expect(JSON.parse(calls.find(({ name }) => name === 'GetId')?.body ?? '{}')).toMatchObject({
      IdentityPoolId: 'eu-west-1:pool',
      Logins: { 'login.example.com': expect.stringContaining('.signature') },
    })
  })

  test('are renewed without the user before they end', async () => {
    const session = await signIn()
    const first = await session.get()
    vi.advanceTimersByTime(HOUR_MS - 200_000)
    expect(await session.get()).toBe(first)
    await vi.waitFor(async () => expect(await session.get()).not.toBe(first))

    const grants = calls.filter(({ name }) => name === 'token').map(({ body }) => new URLSearchParams(body).get('grant_type'))
    expect(grants).toEqual(['authorization_code', 'refresh_token'])
    expect(session.state).toBe('signed-in')
  })

  test('stay in use while they last if new ones cannot be read', async () => {
    const session = await signIn()
    const first = await session.get()
    answers.set('token', () => json({}, 503))
    vi.advanceTimersByTime(HOUR_MS - 200_000)
    expect(await session.get()).toBe(first)
    expect(await session.get()).toBe(first)
    await vi.waitFor(() => expect(calls.filter(({ name }) => name === 'token')).toHaveLength(2))
    expect(await session.get()).toBe(first)
    expect(calls.filter(({ name }) => name === 'token')).toHaveLength(2)
    vi.advanceTimersByTime(300_000)
    await expect(session.get()).rejects.toMatchObject({ isTransient: true })
    expect(session.state).toBe('signed-in')
    answers.clear()
    expect((await session.get()).accessKeyId).not.toBe(first.accessKeyId)
  })

  test('end with the session when the provider refuses to renew it', async () => {
    const session = await signIn()
    await session.get()
    const states: string[] = []
    session.subscribe((state) => states.push(state))
    answers.set('token', () => json({ error: 'invalid_grant' }, 400))
    vi.advanceTimersByTime(HOUR_MS + 1000)

    await expect(session.get()).rejects.toMatchObject({ isSignedOut: true, message: expect.stringContaining('sign in again (') })
    await expect(session.get()).rejects.toMatchObject({ isSignedOut: true })
    expect(states).toEqual(['signed-in', 'expired'])
    expect(calls.filter(({ name }) => name === 'token')).toHaveLength(2)
  })

  test('end with the session when the identity pool does not accept the user', async () => {
    const session = await signIn()
    answers.set('GetCredentialsForIdentity', () => json({ __type: 'NotAuthorizedException', message: 'Token is not from a supported provider' }, 400))
    await expect(session.get()).rejects.toMatchObject({ isSignedOut: true })
    expect(session.state).toBe('expired')
    await expect(session.get()).rejects.toThrow('sign in again (Token is not from a supported provider)')
  })

  test('are read again when a service refuses them', async () => {
    const session = await signIn()
    const first = await session.get()
    session.refused()
    expect((await session.get()).accessKeyId).not.toBe(first.accessKeyId)
  })
})

test('signing out leaves nothing in the tab, and the page does not sign in by itself', async () => {
  const session = await signIn()
  await session.get()
  session.signOut()

  const url = new URL(assigned.at(-1) ?? '')
  expect(url.origin + url.pathname).toBe('https://login.example.com/logout')
  expect(url.searchParams.get('logout_uri')).toBe('http://localhost:3000/page/')
  await expect(session.get()).rejects.toMatchObject({ isSignedOut: true })
  expect(hasSignedOut()).toBe(true)
  expect(JSON.stringify(session)).not.toContain('.signature')
  await goToSignIn(SETTINGS)
  expect(hasSignedOut()).toBe(false)
})

test('signing out makes the refresh token useless', async () => {
  const session = await signIn()
  session.signOut()

  await vi.waitFor(() => expect(calls.map(({ name }) => name)).toContain('revoke'))
  const body = new URLSearchParams(calls.find(({ name }) => name === 'revoke')?.body)
  expect(Object.fromEntries(body)).toEqual({ token: 'r', client_id: 'page' })
})

test('signing out at a provider of OpenID Connect names the session, and at an address of the settings it does not', async () => {
  const session = await signIn()
  session.signOut()
  expect(new URL(assigned.at(-1) ?? '').searchParams.get('id_token_hint')).toContain('.signature')

  const parameters = await begin()
  history.replaceState(null, '', `http://localhost:3000/page/?code=abc&state=${parameters.get('state')}`)
  const other = await Session.resume({ ...SETTINGS, logoutUrl: `${ISSUER}/leave` })
  other?.signOut()
  expect(assigned.at(-1)).toContain(`${ISSUER}/leave?`)
  expect(assigned.at(-1)).not.toContain('.signature')
})

test('signing out in one tab signs out the other tabs of the user', async () => {
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined)
  const [first, second] = [await signIn(), await signIn()]
  sessionStorage.clear()
  first.signOut()

  await vi.waitFor(() => expect(second.state).toBe('signed-out'))
  expect(reload).toHaveBeenCalledOnce()
  expect(hasSignedOut()).toBe(true)
  await expect(second.get()).rejects.toMatchObject({ isSignedOut: true })
})
