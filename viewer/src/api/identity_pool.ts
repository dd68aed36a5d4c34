/** Temporary credentials of an Amazon Cognito identity pool, by its enhanced flow: GetId, then GetCredentialsForIdentity; and of a role that they may assume. */

import { AwsClient } from 'aws4fetch'

import { ApiError } from './api'
import { signingTime } from './aws'
import type { Credentials } from './credentials'

export interface ExpiringCredentials {
  readonly credentials: Credentials
  /** When they end, in milliseconds since 1970. */
  readonly expiration: number
}

const TIMEOUT_MS = 30_000
/** Errors that say that the token of the user is not accepted, which no second try changes. */
const TOKEN_CODES = new Set(['NotAuthorizedException', 'InvalidIdentityPoolConfigurationException', 'ResourceNotFoundException'])

/**
 * Read credentials for a user.
 *
 * @param endpoint Origin of Amazon Cognito Identity.
 * @param logins Token of the user by name of the provider.
 * @throws {ApiError} of status 401 when the pool does not accept the token.
 */
export async function readIdentityCredentials(
  endpoint: string,
  identityPoolId: string,
  logins: Readonly<Record<string, string>>,
): Promise<ExpiringCredentials> {
  const { IdentityId } = await call<{ IdentityId: string }>(endpoint, 'GetId', { IdentityPoolId: identityPoolId, Logins: logins })
  const { Credentials: credentials } = await call<{
    Credentials: { AccessKeyId: string; SecretKey: string; SessionToken: string; Expiration: number }
  }>(endpoint, 'GetCredentialsForIdentity', { IdentityId, Logins: logins })
  return {
    credentials: {
      accessKeyId: credentials.AccessKeyId,
      secretAccessKey: credentials.SecretKey,
      sessionToken: credentials.SessionToken,
    },
    expiration: credentials.Expiration * 1000,
  }
}

/** The role of another account, which users assume with the credentials of the identity pool. */
export interface AssumedRole {
  readonly arn: string
  readonly stsEndpoint: string
  readonly region: string
}

/**
 * Assume a role by AssumeRole of AWS STS.
 *
 * @param credentials Those of a role that may assume it.
 * @throws {ApiError} of status 401 when STS refuses.
 */
export async function assumeRole(credentials: Credentials, { arn, stsEndpoint, region }: AssumedRole): Promise<ExpiringCredentials> {
  const client = new AwsClient({ ...credentials, region, service: 'sts', retries: 0 })
  const body = new URLSearchParams({ Action: 'AssumeRole', Version: '2011-06-15', RoleArn: arn, RoleSessionName: 'page' }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  let response: Response
  try {
    const init = { method: 'POST', body, headers, signal: AbortSignal.timeout(TIMEOUT_MS), aws: { datetime: signingTime() } }
    response = await client.fetch(`${stsEndpoint}/`, init)
  } catch {
    throw new ApiError(0, 'NoResponse', 'no connection to AWS STS')
  }
  const answer = new DOMParser().parseFromString(await response.text(), 'application/xml')
  const text = (name: string): string => answer.querySelector(name)?.textContent ?? ''
  if (!response.ok) {
    // STS answers 400 and 403 to credentials or a role that it does not accept, 5xx to what may succeed later.
    throw new ApiError(response.status < 500 ? 401 : response.status, text('Code'), text('Message') || `${response.status}`)
  }
  return {
    credentials: { accessKeyId: text('AccessKeyId'), secretAccessKey: text('SecretAccessKey'), sessionToken: text('SessionToken') },
    expiration: Date.parse(text('Expiration')),
  }
}

/** Call an operation, which is not signed. */
async function call<T>(endpoint: string, operation: string, body: object): Promise<T> {
  let response: Response
  try {
    response = await fetch(`${endpoint}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSCognitoIdentityService.${operation}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  } catch {
    throw new ApiError(0, 'NoResponse', 'no connection to Amazon Cognito')
  }
  const answer = (await response.json().catch(() => ({}))) as T & { __type?: string; message?: string; Message?: string }
  if (response.ok) return answer
  const code = answer.__type?.split('#').pop() ?? ''
  throw new ApiError(TOKEN_CODES.has(code) ? 401 : response.status, code, answer.message ?? answer.Message ?? `${operation}: ${response.status}`)
}
