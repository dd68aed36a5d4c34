/** Where the credentials of requests come from, and others when they end or a service refuses them. */

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface CredentialsSource {
  /**
   * The credentials for a request now: the same object until there are others.
   * @throws {ApiError} when there are none, for example after signing out.
   */
  get(): Promise<Credentials>
  /** A service refused these credentials: the next ones are others, if there are any. */
  refused(credentials: Credentials): void
  /** Equal for all tabs of a browser with the same user, and for no other. It may hold a secret. */
  readonly userKey: string
}

/** Shortest time between two readings of `config.json`. */
const READ_AGAIN_MS = 10_000

/** Credentials of `config.json`, which is read again when a service refuses them. */
export class ConfigCredentials implements CredentialsSource {
  private current: Promise<Credentials>
  private readAt = Date.now()
  readonly userKey: string

  constructor(
    credentials: Credentials,
    private readonly read: () => Promise<Credentials>,
  ) {
    this.current = Promise.resolve(credentials)
    this.userKey = JSON.stringify([credentials.accessKeyId, credentials.secretAccessKey])
  }

  get(): Promise<Credentials> {
    return this.current
  }

  refused(credentials: Credentials): void {
    if (Date.now() - this.readAt < READ_AGAIN_MS) return
    this.readAt = Date.now()
    // A file that cannot be read leaves the present credentials, which the service refuses with its own words.
    this.current = this.read().catch(() => credentials)
  }
}
