import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '../../src/api/api'
import { AwsApi } from '../../src/api/aws'
import { type Config, readConfig } from '../../src/api/config'

const CREDENTIALS = { accessKeyId: '000000000000', secretAccessKey: 'local' }
const LOCAL = { region: 'eu-west-1', credentials: CREDENTIALS }

let asked: Request[]
let bodies: unknown[]
let answer: (request: Request, body: unknown) => Response

beforeEach(() => {
  asked = []
  bodies = []
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init)
    const text = await request.clone().text()
    const body: unknown = text ? JSON.parse(text) : undefined
    asked.push(request)
    bodies.push(body)
    return answer(request, body)
  })
})

afterEach(() => void vi.unstubAllGlobals())

function api(more: object = {}): AwsApi {
  return new AwsApi(readConfig({ ...LOCAL, ...more }, 'http://127.0.0.1:4566'))
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers })
}

test('requests are signed for the service and the region, and go to the origin of the page', async () => {
  answer = () => json({ entityId: 'a b', entityName: 'A', components: {} })
  await api().entity('w', 'a b')

  expect(asked[0]?.url).toBe('http://127.0.0.1:4566/workspaces/w/entities/a%20b')
  expect(asked[0]?.headers.get('authorization')).toMatch(
    /^AWS4-HMAC-SHA256 Credential=000000000000\/\d{8}\/eu-west-1\/iottwinmaker\/aws4_request, /,
  )
})

test('in AWS values come from another host than entities, and objects from a third', async () => {
  const endpoints = { control: 'https://api.twin.test', data: 'https://data.twin.test', s3: 'https://s3.test' }
  answer = () => json({})
  const real = api({ endpoints, credentials: { ...CREDENTIALS, sessionToken: 'token' } })
  await real.scenes('w')
  await real.values('w', 'e', 'c', ['p'])
  await real.object('s3://bucket/folder/a file.glb')

  expect(asked.map((one) => one.url)).toEqual([
    'https://api.twin.test/workspaces/w/scenes-list',
    'https://data.twin.test/workspaces/w/entity-properties/value',
    'https://s3.test/bucket/folder/a%20file.glb',
  ])
  expect(asked[2]?.headers.get('authorization')).toContain('/s3/aws4_request')
  expect(asked.every((one) => one.headers.get('x-amz-security-token') === 'token')).toBe(true)
})

test('a list is read to its last page', async () => {
  answer = (_, body) => {
    const token = (body as { nextToken?: string }).nextToken
    const entitySummaries = [{ entityId: token ?? 'first', entityName: '' }]
    return json({ entitySummaries, ...(token === '2' ? {} : { nextToken: token ? '2' : '1' }) })
  }
  const found = await api().entities('w', { componentTypeId: 't' })

  expect(found.map((one) => one.entityId)).toEqual(['first', '1', '2'])
  expect(bodies[2]).toEqual({ filters: [{ componentTypeId: 't' }], maxResults: 200, nextToken: '2' })
})

test('a component inside another one is asked for by its path', async () => {
  answer = () => json({ propertyValues: [] })
  const times = { startTime: 'a', endTime: 'b', orderByTime: 'ASCENDING', maxResults: 1 } as const
  await api().history('w', { entityId: 'e', componentName: 'a/b', selectedProperties: ['p'], ...times })
  await api().values('w', 'e', 'a', ['p'])

  expect(bodies[0]).toEqual({ entityId: 'e', componentPath: 'a/b', selectedProperties: ['p'], ...times })
  expect(bodies[1]).toEqual({ entityId: 'e', componentName: 'a', selectedProperties: ['p'] })
})

test('an entity has all its components and properties, those inside others too', async () => {
  const status = { state: 'ACTIVE' }
  const property = (propertyName: string) => ({ propertyName, definition: { isTimeSeries: true } })
  answer = (request, body) => {
    const { componentPath, componentName } = (body ?? {}) as Record<string, string | undefined>
    if (request.method === 'GET') {
      return json({
        entityId: 'e',
        entityName: 'E',
        areAllComponentsReturned: false,
        components: {
          motor: { status, properties: {}, areAllPropertiesReturned: false, compositeComponents: { rotor: {} } },
          plain: { status, properties: { p: {} } },
        },
      })
    }
    if (request.url.endsWith('/components-list')) {
      const inside = componentPath === 'motor' ? ['rotor'] : componentPath ? [] : ['motor', 'plain', 'third']
      return json({ componentSummaries: inside.map((name) => ({ componentName: name, status })) })
    }
    return json({ propertySummaries: [property(`of ${componentPath ?? componentName}`)] })
  }
  const found = await api().entity('w', 'e')

  const names = Object.entries(found.components ?? {}).map(([name, one]) => [name, Object.keys(one.properties ?? {})])
  expect(Object.fromEntries(names)).toEqual({
    motor: ['of motor'],
    'motor/rotor': ['of motor/rotor'],
    plain: ['p'],
    third: ['of third'],
  })
})

test('an error says what the service says, in JSON or XML, and whether it may pass', async () => {
  answer = () => json({ message: 'no such entity' }, 404, { 'x-amzn-errortype': 'ResourceNotFoundException:http' })
  const missing = await api().entity('w', 'e').catch((error: unknown) => error as ApiError)
  expect(missing).toMatchObject({ status: 404, code: 'ResourceNotFoundException', message: 'no such entity' })
  expect((missing as ApiError).isPassing).toBe(false)

  answer = () => new Response('<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>', { status: 404 })
  await expect(api().object('s3://b/k')).rejects.toMatchObject({ code: 'NoSuchKey', message: 'gone' })

  answer = () => json({ message: 'slow down' }, 429)
  await expect(api().workspaces()).rejects.toMatchObject({ status: 429, isPassing: true })

  answer = () => {
    throw new TypeError('Failed to fetch')
  }
  await expect(api().workspaces()).rejects.toMatchObject({ status: 0, message: 'no connection', isPassing: true })
})

test('the settings are checked, every mistake at once', () => {
  const config: Config = readConfig({ ...LOCAL, workspaceId: 'w', staleAfterSeconds: 60 }, 'http://here')
  expect(config).toMatchObject({ workspaceId: 'w', staleAfterSeconds: 60, refreshSeconds: 5 })
  expect(config.endpoints).toEqual({ control: 'http://here', data: 'http://here', s3: 'http://here' })

  const wrong = { credentials: { accessKeyId: 7 }, staleAfterSeconds: -1 }
  expect(() => readConfig(wrong, 'http://here')).toThrow(
    'config.json: region is undefined, not a text; accessKeyId is 7, not a text; ' +
      'secretAccessKey is undefined, not a text; staleAfterSeconds is -1, not a number above 0',
  )
})
