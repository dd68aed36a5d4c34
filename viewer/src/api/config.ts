/** The settings of the page: `config.json` beside it, see docs/viewer.md. */

import { clock } from '../data/clock'
import { DEFAULT_SHIFTS, parseShifts } from '../data/range'
import { REQUESTS_PER_SECOND } from '../data/request_rate'
import type { Credentials } from './credentials'
import type { AssumedRole } from './identity_pool'
import { LinkKeyError } from './link_key'
import type { Operators } from './operators'
import type { AuthSettings } from './sign_in'


export interface Config {
  readonly region: string
  /** Absent if users sign in. */
  readonly credentials?: Credentials
  /** How users sign in; absent if the settings hold credentials. */
  readonly auth?: AuthSettings
  /** Whether the secret is in the link that opened the page, not in `config.json`. */
  readonly isKeyFromLink: boolean
  /** Default: the user chooses among all workspaces. */
  readonly workspaceId?: string
  /** Origins of the services. Default: that of the page. In AWS, TwinMaker has another host for values than for entities. */
  readonly endpoints: { readonly control: string; readonly data: string; readonly s3: string }
  /** Another origin of the same API, to which no link of a scene may lead, either. */
  readonly apiOrigin?: string
  /** Age from which a number is marked as stale. Default: five minutes. */
  readonly staleAfterSeconds: number
  /** Seconds between requests for values. Default: five. */
  readonly refreshSeconds: number
  /** Requests for values per second that the page makes at most, of the 100 that AWS allows an account. Default: 20. */
  readonly requestsPerSecond: number
  /** When shifts begin, in minutes after midnight. Default: 6, 14 and 22 o'clock. */
  readonly shifts: readonly number[]
}

const STALE_AFTER_SECONDS = 300
const REFRESH_SECONDS = 5
/** Characters of a file that a message shows. */
const SHOWN_LENGTH = 40

/** Read the settings. @param key Secret of the link that opened the page. */
export async function loadConfig(url: URL, key: string | undefined): Promise<Config> {
  const sentAt = Date.now()
  const response = await fetch(url, { cache: 'no-cache' }).catch(() => {
    throw new Error('config.json cannot be read: no connection')
  })
  clock.observe(response.headers, sentAt)
  if (!response.ok) throw new Error(`config.json cannot be read: ${url.pathname} answers ${response.status}; serve it beside the page`)
  return readConfig(parseSettings(await response.text()), url.origin, key)
}

function parseSettings(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`config.json is not JSON: it begins with ${JSON.stringify(text.slice(0, SHOWN_LENGTH))}`)
  }
}

/**
 * Check the content of `config.json`.
 * @throws {Error} that names every wrong member.
 * @throws {LinkKeyError} if the link that opened the page has no key, and the settings refer to it.
 */
export function readConfig(content: unknown, origin: string, key?: string): Config {
  const problems: string[] = []
  const settings = members(content)
  const { secretAccessKeyFrom, ...credentials } = members(settings['credentials'])
  const isKeyFromLink = secretAccessKeyFrom === 'link'
  if (isKeyFromLink && !key) throw new LinkKeyError('this address has no key')
  const endpoints = members(settings['endpoints'])
  const text = (object: Record<string, unknown>, name: string, fallback?: string): string => {
    const value = object[name] ?? fallback
    if (typeof value === 'string' && value) return value
    problems.push(`${name} is ${JSON.stringify(value)}, not a text`)
    return ''
  }
  const address = (object: Record<string, unknown>, name: string, fallback?: string): string => {
    const value = text(object, name, fallback)
    if (value && !/^https?:\/\/[^/]/.test(value)) problems.push(`${name} is ${JSON.stringify(value)}, not an address that begins with https://`)
    return value
  }
  const sessionToken = credentials['sessionToken']
  const workspaceId = settings['workspaceId']
  const apiOrigin = settings['apiOrigin']
  const positive = (name: string, fallback: number): number => {
    const value = settings[name] ?? fallback
    if (typeof value === 'number' && value > 0) return value
    problems.push(`${name} is ${JSON.stringify(value)}, not a number above 0`)
    return fallback
  }
  const readShifts = (): readonly number[] => {
    const shifts = settings['shifts']
    if (shifts === undefined) return DEFAULT_SHIFTS
    try {
      if (Array.isArray(shifts) && shifts.length > 0) return parseShifts(shifts.map(String))
    } catch {
      // The problem below says what is allowed.
    }
    problems.push(`shifts is ${JSON.stringify(shifts)}, not a list of ascending times such as ["06:00", "14:00", "22:00"]`)
    return DEFAULT_SHIFTS
  }
  const readCredentials = (): Credentials => ({
    accessKeyId: text(credentials, 'accessKeyId'),
    secretAccessKey: isKeyFromLink && key ? key : text(credentials, 'secretAccessKey'),
    ...(sessionToken === undefined ? {} : { sessionToken: text(credentials, 'sessionToken') }),
  })
  const readOperators = (operators: unknown): Operators => {
    if (operators === 'none') return operators
    const { matchType = 'Equals', ...rest } = members(operators)
    if (matchType !== 'Equals' && matchType !== 'Contains' && matchType !== 'StartsWith') {
      problems.push(`matchType is ${JSON.stringify(matchType)}, not Equals, Contains or StartsWith`)
      return 'none'
    }
    return { claim: text(rest, 'claim'), value: text(rest, 'value'), matchType }
  }
  const readRole = (auth: Record<string, unknown>, name: string): AssumedRole => {
    const region = String(settings['region'])
    return { arn: text(auth, name), stsEndpoint: address(endpoints, 'sts', `https://sts.${region}.amazonaws.com`), region }
  }
  const readAuth = (auth: Record<string, unknown>): AuthSettings => {
    if (settings['credentials'] !== undefined) problems.push('auth and credentials are both given')
    return {
      issuer: address(auth, 'issuer'),
      clientId: text(auth, 'clientId'),
      identityPoolId: text(auth, 'identityPoolId'),
      provider: text(auth, 'provider'),
      scopes: text(auth, 'scopes', 'openid').split(' '),
      ...(auth['logoutUrl'] === undefined ? {} : { logoutUrl: address(auth, 'logoutUrl') }),
      ...(auth['roleArn'] === undefined ? {} : { role: readRole(auth, 'roleArn') }),
      ...(auth['operatorRoleArn'] === undefined ? {} : { operatorRole: readRole(auth, 'operatorRoleArn') }),
      ...(auth['operators'] === undefined ? {} : { operators: readOperators(auth['operators']) }),
      identityEndpoint: address(endpoints, 'identity', `https://cognito-identity.${String(settings['region'])}.amazonaws.com`),
    }
  }
  const config: Config = {
    region: text(settings, 'region'),
    ...(settings['auth'] === undefined ? { credentials: readCredentials() } : { auth: readAuth(members(settings['auth'])) }),
    isKeyFromLink,
    ...(workspaceId === undefined ? {} : { workspaceId: text(settings, 'workspaceId') }),
    endpoints: {
      control: address(endpoints, 'control', origin),
      data: address(endpoints, 'data', origin),
      s3: address(endpoints, 's3', origin),
    },
    ...(apiOrigin === undefined ? {} : { apiOrigin: address(settings, 'apiOrigin') }),
    staleAfterSeconds: positive('staleAfterSeconds', STALE_AFTER_SECONDS),
    refreshSeconds: positive('refreshSeconds', REFRESH_SECONDS),
    requestsPerSecond: positive('requestsPerSecond', REQUESTS_PER_SECOND),
    shifts: readShifts(),
  }
  if (problems.length > 0) throw new Error(`config.json: ${problems.join('; ')}`)
  return config
}

function members(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
