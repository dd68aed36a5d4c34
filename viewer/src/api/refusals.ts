/** The errors of an OpenID provider in plain words. */

/** By code. Sources: RFC 6749, sections 4.1.2.1 and 5.2; OpenID Connect Core 1.0, section 3.1.2.6. */
const WORDS: ReadonlyMap<string, string> = new Map(Object.entries({
  access_denied: 'signing in was cancelled, or this user may not use the page',
  invalid_client: 'the provider has no such client: clientId of config.json is not one of its clients',
  invalid_grant: 'the sign-in took too long, was used before, or the session has ended',
  invalid_request: 'the provider does not accept the request of the page: compare the redirect URI of the client with its address',
  invalid_scope: 'the client of the page may not ask for these scopes: compare them with config.json',
  login_required: 'the session at the provider has ended',
  server_error: 'the provider has a fault; try again later',
  temporarily_unavailable: 'the provider is not available now; try again later',
  unauthorized_client: 'the client of the page may not use the code flow: allow it at the provider',
  unsupported_response_type: 'the provider does not offer the code flow to the page',
}))

/**
 * Describe why a provider refuses.
 *
 * @param description The words of the provider, which come first.
 */
export function describeRefusal(code: string, description: string | null | undefined): string {
  return description || (WORDS.get(code) ?? code)
}
