import { afterEach, expect, test, vi } from 'vitest'

import { loadConfig, readConfig } from '../../src/api/config'

const LOCAL = {
  region: 'eu-west-1',
  credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' },
}

test('settings have defaults, and all wrong members are reported at once', () => {
  const config = readConfig({ ...LOCAL, workspaceId: 'w', staleAfterSeconds: 60 }, 'http://here')
  expect(config).toMatchObject({ workspaceId: 'w', staleAfterSeconds: 60, refreshSeconds: 5 })
  expect(config.endpoints).toEqual({ control: 'http://here', data: 'http://here', s3: 'http://here' })

  const wrong = { credentials: { accessKeyId: 7 }, staleAfterSeconds: -1 }
  expect(() => readConfig(wrong, 'http://here')).toThrow(
    'config.json: region is undefined, not a text; accessKeyId is 7, not a text; ' +
      'secretAccessKey is undefined, not a text; staleAfterSeconds is -1, not a number above 0',
  )
})

test('the secret is that of the link if the settings say so', () => {
  const settings = { ...LOCAL, credentials: { accessKeyId: '000000000000', secretAccessKeyFrom: 'link' } }

  expect(readConfig(settings, 'http://here', 'abc').credentials?.secretAccessKey).toBe('abc')
  expect(readConfig(LOCAL, 'http://here', 'abc').credentials?.secretAccessKey).toBe('local')
  expect(() => readConfig(settings, 'http://here')).toThrow(
    'this address has no key. Open the link that `twin up` printed; `twin status` prints it again.',
  )
})

const AUTH = { issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a', clientId: 'c', identityPoolId: 'eu-west-1:1', provider: 'cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a' }

test('users sign in instead of credentials if the settings say how', () => {
  const config = readConfig({ region: 'eu-west-1', auth: { ...AUTH, scopes: 'openid email' } }, 'http://here')

  expect(config.credentials).toBeUndefined()
  expect(config.auth).toEqual({ ...AUTH, scopes: ['openid', 'email'], identityEndpoint: 'https://cognito-identity.eu-west-1.amazonaws.com' })
  const other = readConfig({ region: 'eu-west-1', auth: AUTH, endpoints: { identity: 'http://identity' } }, 'http://here')
  expect(other.auth).toMatchObject({ scopes: ['openid'], identityEndpoint: 'http://identity' })
})

test('wrong members of auth are reported at once, and credentials beside it', () => {
  const { clientId: _, ...rest } = AUTH
  expect(() => readConfig({ ...LOCAL, auth: { ...rest, provider: 7 } }, 'http://here')).toThrow(
    'config.json: auth and credentials are both given; clientId is undefined, not a text; provider is 7, not a text',
  )
})

test('shifts are times that ascend', () => {
  expect(readConfig({ ...LOCAL, shifts: ['05:30', '17:30'] }, 'http://here').shifts).toEqual([330, 1050])
  expect(readConfig(LOCAL, 'http://here').shifts).toEqual([360, 840, 1320])
  for (const shifts of [[], ['17:30', '05:30'], ['5:30'], 'early', [6]]) {
    expect(() => readConfig({ ...LOCAL, shifts }, 'http://here')).toThrow('not a list of ascending times such as ["06:00", "14:00", "22:00"]')
  }
})

test('a role of another account is assumed at the STS of the region', () => {
  const arn = 'arn:aws:iam::444455556666:role/viewers'
  const config = readConfig({ region: 'eu-west-1', auth: { ...AUTH, roleArn: arn } }, 'http://here')

  expect(config.auth?.role).toEqual({ arn, stsEndpoint: 'https://sts.eu-west-1.amazonaws.com', region: 'eu-west-1' })
  const both = readConfig({ region: 'eu-west-1', auth: { ...AUTH, roleArn: arn, operatorRoleArn: `${arn}-operators` } }, 'http://here')
  expect(both.auth?.operatorRole?.arn).toBe(`${arn}-operators`)
  expect(readConfig({ region: 'eu-west-1', auth: AUTH }, 'http://here').auth).not.toHaveProperty('role')
})

test('who may acknowledge alarms is a claim, or no user', () => {
  const read = (operators: unknown) => readConfig({ region: 'eu-west-1', auth: { ...AUTH, operators } }, 'http://here').auth?.operators

  expect(read({ claim: 'role', value: 'operator' })).toEqual({ claim: 'role', value: 'operator', matchType: 'Equals' })
  expect(read('none')).toBe('none')
  expect(() => read({ claim: 'role', matchType: 'Like' })).toThrow('matchType is "Like", not Equals, Contains or StartsWith')
  expect(() => read({ claim: 'role' })).toThrow('value is undefined, not a text')
})

test('addresses without a scheme are named', () => {
  const settings = { ...LOCAL, endpoints: { s3: 's3.eu-west-1.amazonaws.com' } }
  expect(() => readConfig(settings, 'http://here')).toThrow('s3 is "s3.eu-west-1.amazonaws.com", not an address that begins with https://')
})

afterEach(() => {
  vi.unstubAllGlobals()
})

test.each([
  [new Response('<!doctype html>'), 'config.json is not JSON: it begins with "<!doctype html>"'],
  [new Response('', { status: 403 }), 'config.json cannot be read: /page/config.json answers 403; serve it beside the page'],
  [new Response('null'), 'config.json: region is undefined, not a text'],
])('settings that cannot be read are described in plain words', async (response, message) => {
  vi.stubGlobal('fetch', async () => response)
  await expect(loadConfig(new URL('https://twin.example.com/page/config.json'), undefined)).rejects.toThrow(message)
})

test('settings without a connection are described in plain words', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  await expect(loadConfig(new URL('https://twin.example.com/config.json'), undefined)).rejects.toThrow('config.json cannot be read: no connection')
})
