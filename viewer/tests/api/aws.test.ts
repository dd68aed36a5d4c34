import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '../../src/api/api'
import { AwsApi } from '../../src/api/aws'
import { readConfig } from '../../src/api/config'
import { ConfigCredentials, type Credentials } from '../../src/api/credentials'

const CREDENTIALS = { accessKeyId: '000000000000', secretAccessKey: 'local' }
const LOCAL = { region: 'eu-west-1', credentials: CREDENTIALS }

let requests: Request[]
let readAgain: () => Promise<Credentials>
let bodies: unknown[]
let answer: (request: Request, body: unknown) => Response

beforeEach(() => {
  readAgain = () => Promise.resolve(CREDENTIALS)
  requests = []
  bodies = []
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init)
    const text = await request.clone().text()
    const body: unknown = text ? JSON.parse(text) : undefined
    requests.push(request)
    bodies.push(body)
    return answer(request, body)
  })
})

afterEach(() => void vi.unstubAllGlobals())

function api(more: object = {}): AwsApi {
  const config = readConfig({ ...LOCAL, ...more }, 'http://127.0.0.1:4566')
  return new AwsApi(config, new ConfigCredentials(config.credentials ?? CREDENTIALS, () => readAgain()))
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers })
}

test('requests are signed for service and region, and sent to the origin of the page', async () => {
  answer = () => json({ entityId: 'a b', entityName: 'A', components: {} })
  await api().entity('w', 'a b')

  expect(requests[0]?.url).toBe('http://127.0.0.1:4566/workspaces/w/entities/a%20b')
  expect(requests[0]?.headers.get('authorization')).toMatch(
    /^AWS4-HMAC-SHA256 Credential=000000000000\/\d{8}\/eu-west-1\/iottwinmaker\/aws4_request, /,
  )
})

test.each(['s3://bucket/../other/key', 's3://../key', 's3://bucket/a/./b', 's3://bucket/..'])('an address that leaves its bucket is not read: %s', async (uri) => {
  answer = () => json({})
  await expect(api().object(uri)).rejects.toThrow('has "." or ".." in its path')
  expect(requests).toHaveLength(0)
})

test('signatures have the time of the services, which refuse those of another time', async () => {
  const serviceTime = Date.now() + 600_000
  answer = () => json({}, 200, { date: new Date(serviceTime).toUTCString() })
  await api().scenes('w')
  await api().scenes('w')
  answer = () => json({}, 200, { date: new Date().toUTCString() })
  await api().scenes('w')

  const times = requests.map(({ headers }) => headers.get('x-amz-date') ?? '')
  const expected = (time: number) => new Date(time).toISOString().replace(/[:-]/g, '').slice(0, 13)
  expect(times[0]?.slice(0, 13)).toBe(expected(Date.now()))
  expect(times[1]?.slice(0, 13)).toBe(expected(serviceTime))
  expect(times[1]).toMatch(/^\d{8}T\d{6}Z$/)
})

test('each request to a service goes through the transports of an API, and other hosts do not', async () => {
  answer = () => json({ entitySummaries: [{ entityId: 'a' }], nextToken: requests.length < 2 ? 'more' : undefined })
  const seen: string[] = []
  const inner = api().through((request, send) => {
    seen.push(`inner ${request.kind}`)
    return send()
  })
  const outer = inner.through((request, send) => {
    seen.push(`outer ${request.kind}`)
    return send()
  })
  await outer.entities('w')
  expect(seen).toEqual(['outer control', 'inner control', 'outer control', 'inner control'])
  seen.length = 0
  await outer.values('w', 'a', 'c', ['p'])
  await outer.object('s3://bucket/key')
  await outer.object('https://elsewhere.test/model.glb')
  expect(seen).toEqual(['outer data', 'inner data', 'outer object', 'inner object'])
})

test('links may not lead to the endpoints, nor to another origin of the API', () => {
  expect(new Set(api().origins)).toEqual(new Set(['http://127.0.0.1:4566']))
  const endpoints = { control: 'https://api.twin.test', data: 'https://data.twin.test', s3: 'https://s3.test' }
  const { origins } = api({ endpoints, apiOrigin: 'http://127.0.0.1:14566' })
  expect(new Set(origins)).toEqual(new Set([...Object.values(endpoints), 'http://127.0.0.1:14566']))
})

test('entities, values and objects have endpoints of their own', async () => {
  const endpoints = { control: 'https://api.twin.test', data: 'https://data.twin.test', s3: 'https://s3.test' }
  answer = () => json({})
  const awsApi = api({ endpoints, credentials: { ...CREDENTIALS, sessionToken: 'token' } })
  await awsApi.scenes('w')
  await awsApi.values('w', 'e', 'c', ['p'])
  await awsApi.object('s3://bucket/folder/a file.glb')

  expect(requests.map(({ url }) => url)).toEqual([
    'https://api.twin.test/workspaces/w/scenes-list',
    'https://data.twin.test/workspaces/w/entity-properties/value',
    'https://s3.test/bucket/folder/a%20file.glb',
  ])
  expect(requests[2]?.headers.get('authorization')).toContain('/s3/aws4_request')
  expect(requests.map(({ headers }) => headers.get('x-amz-security-token'))).toEqual(['token', 'token', 'token'])
})

test('a file of another web site is fetched without signature, token and cookies', async () => {
  answer = () => json({})
  await api({ credentials: { ...CREDENTIALS, sessionToken: 'token' } }).object('https://models.test/pump.glb')

  const [request] = requests
  expect(request?.url).toBe('https://models.test/pump.glb')
  expect([...(request?.headers.keys() ?? [])]).toEqual([])
  expect(request?.credentials).toBe('same-origin')
})

test('a list is read up to its last page', async () => {
  answer = (_, body) => {
    const token = (body as { nextToken?: string }).nextToken
    const entitySummaries = [{ entityId: token ?? 'first', entityName: '' }]
    return json({ entitySummaries, ...(token === '2' ? {} : { nextToken: token ? '2' : '1' }) })
  }
  const entities = await api().entities('w', { componentTypeId: 't' })

  expect(entities.map(({ entityId }) => entityId)).toEqual(['first', '1', '2'])
  expect(bodies[2]).toEqual({ filters: [{ componentTypeId: 't' }], maxResults: 200, nextToken: '2' })
})

test('a page of entities is one request, with where the next one begins', async () => {
  answer = () => json({ entitySummaries: [{ entityId: 'a', entityName: 'A' }], nextToken: '3' })

  const page = await api().entityPage('w', { parentEntityId: '$ROOT' }, '2')
  expect(page).toEqual({ items: [{ entityId: 'a', entityName: 'A' }], nextToken: '3' })
  expect(bodies).toEqual([{ filters: [{ parentEntityId: '$ROOT' }], maxResults: 200, nextToken: '2' }])
})

test('a part of a composite component is addressed by its path', async () => {
  answer = () => json({ propertyValues: [] })
  const times = { startTime: 'a', endTime: 'b', orderByTime: 'ASCENDING', maxResults: 1 } as const
  await api().history('w', { entityId: 'e', componentName: 'a/b', selectedProperties: ['p'], ...times })
  await api().values('w', 'e', 'a', ['p'])

  expect(bodies[0]).toEqual({ entityId: 'e', componentPath: 'a/b', selectedProperties: ['p'], ...times })
  expect(bodies[1]).toEqual({ entityId: 'e', componentName: 'a', selectedProperties: ['p'] })
})

test('an entity has all components and properties, including those of composite components', async () => {
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
  const entity = await api().entity('w', 'e')

  const names = Object.entries(entity.components ?? {}).map(([name, component]) => [
    name,
    Object.keys(component.properties ?? {}),
  ])
  expect(Object.fromEntries(names)).toEqual({
    motor: ['of motor'],
    'motor/rotor': ['of motor/rotor'],
    plain: ['p'],
    third: ['of third'],
  })
})

test('an error has the message of the service, from JSON or XML, and tells whether it is transient', async () => {
  answer = () => json({ message: 'no such entity' }, 404, { 'x-amzn-errortype': 'ResourceNotFoundException:http' })
  const missing = await api().entity('w', 'e').catch((error: unknown) => error as ApiError)
  expect(missing).toMatchObject({ status: 404, code: 'ResourceNotFoundException', message: 'no such entity' })
  expect((missing as ApiError).isTransient).toBe(false)

  answer = () => new Response('<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>', { status: 404 })
  await expect(api().object('s3://b/k')).rejects.toMatchObject({ code: 'NoSuchKey', message: 'gone' })

  answer = () => json({ message: 'slow down' }, 429)
  await expect(api().workspaces()).rejects.toMatchObject({ status: 429, isTransient: true })

  answer = () => {
    throw new TypeError('Failed to fetch')
  }
  await expect(api().workspaces()).rejects.toMatchObject({ status: 0, message: 'no connection', isTransient: true })
})

test('settings are read again when the service refuses their credentials, and then at most every ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    let reads = 0
    readAgain = async () => ({ ...CREDENTIALS, accessKeyId: `new-${++reads}` })
    const expired = () => json({ __type: 'ExpiredTokenException', message: 'expired' }, 403)
    answer = expired
    const twin = api()
    vi.advanceTimersByTime(11_000)
    await expect(twin.scenes('w')).rejects.toThrow('expired')
    await expect(twin.scenes('w')).rejects.toThrow('expired')
    expect(reads).toBe(1)
    answer = () => json({ sceneSummaries: [] })
    await twin.scenes('w')
    expect(requests.at(-1)?.headers.get('authorization')).toContain('Credential=new-1/')

    answer = () => json({ __type: 'AccessDeniedException', message: 'not allowed' }, 403)
    vi.advanceTimersByTime(11_000)
    await expect(twin.scenes('w')).rejects.toThrow('not allowed')
    expect(reads).toBe(1)
  } finally {
    vi.useRealTimers()
  }
})

test('values are written in their order, and a value that is not written is an error', async () => {
  answer = () => json({ errorEntries: [] })
  const writes = [
    { propertyName: 'alarmNote', time: '2026-03-01T12:00:00.000Z', value: { stringValue: 'seen' } },
    { propertyName: 'alarm_status', time: '2026-03-01T12:00:00.000Z', value: { stringValue: 'ACKNOWLEDGED' } },
  ]
  await api().putValues('w', 'm1', 'unit/alarm', writes)

  expect([requests[0]?.method, requests[0]?.url]).toEqual(['POST', 'http://127.0.0.1:4566/workspaces/w/entity-properties'])
  const reference = { entityId: 'm1', componentPath: 'unit/alarm' }
  expect(bodies[0]).toEqual({
    entries: writes.map(({ propertyName, time, value }) => ({
      entityPropertyReference: { ...reference, propertyName },
      propertyValues: [{ time, value }],
    })),
  })
  answer = () => json({ errorEntries: [{ errors: [{ errorCode: 'ConnectorFailureException', errorMessage: 'table full' }] }] })
  await expect(api().putValues('w', 'm1', 'alarm', writes)).rejects.toMatchObject({
    code: 'ConnectorFailureException',
    message: 'table full',
  })
})
