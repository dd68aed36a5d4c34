/** What the page must know before it can ask anything: `config.json` beside it, see docs/viewer.md. */

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface Config {
  readonly region: string
  readonly credentials: Credentials
  /** Default: the page lets choose among those that there are. */
  readonly workspaceId?: string
  /** Origins of the services. Default: that of the page. TwinMaker in AWS answers for values on another host. */
  readonly endpoints: { readonly control: string; readonly data: string; readonly s3: string }
  /** Older values are marked. Default: five minutes. */
  readonly staleAfterSeconds: number
  /** From one request for values to the next. Default: five seconds. */
  readonly refreshSeconds: number
}

const STALE_AFTER_SECONDS = 300
const REFRESH_SECONDS = 5

export async function loadConfig(url: URL): Promise<Config> {
  const response = await fetch(url, { cache: 'no-cache' })
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`)
  return readConfig(await response.json(), url.origin)
}

/** Checks what `config.json` says; every mistake is named. */
export function readConfig(found: unknown, origin: string): Config {
  const problems: string[] = []
  const given = members(found)
  const credentials = members(given['credentials'])
  const endpoints = members(given['endpoints'])
  const text = (holder: Record<string, unknown>, name: string, fallback?: string): string => {
    const value = holder[name] ?? fallback
    if (typeof value === 'string' && value) return value
    problems.push(`${name} is ${JSON.stringify(value)}, not a text`)
    return ''
  }
  const sessionToken = credentials['sessionToken']
  const workspaceId = given['workspaceId']
  const seconds = (name: string, fallback: number): number => {
    const value = given[name] ?? fallback
    if (typeof value === 'number' && value > 0) return value
    problems.push(`${name} is ${JSON.stringify(value)}, not a number above 0`)
    return fallback
  }
  const config: Config = {
    region: text(given, 'region'),
    credentials: {
      accessKeyId: text(credentials, 'accessKeyId'),
      secretAccessKey: text(credentials, 'secretAccessKey'),
      ...(sessionToken === undefined ? {} : { sessionToken: text(credentials, 'sessionToken') }),
    },
    ...(workspaceId === undefined ? {} : { workspaceId: text(given, 'workspaceId') }),
    endpoints: {
      control: text(endpoints, 'control', origin),
      data: text(endpoints, 'data', origin),
      s3: text(endpoints, 's3', origin),
    },
    staleAfterSeconds: seconds('staleAfterSeconds', STALE_AFTER_SECONDS),
    refreshSeconds: seconds('refreshSeconds', REFRESH_SECONDS),
  }
  if (problems.length > 0) throw new Error(`config.json: ${problems.join('; ')}`)
  return config
}

function members(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
