import { expect, test } from 'vitest'

import { ApiError } from '../../src/api/api'
import { reportingTo } from '../../src/api/connection_reporter'
import { Connection } from '../../src/data/connection'
import { FakeApi } from '../fake_api'

test('results are passed on, and only transient errors mean that the services do not respond', async () => {
  const fake = new FakeApi()
  fake.list = [{ entityId: 'm1', entityName: 'Machine 1' }]
  const connection = new Connection()
  const api = reportingTo(connection, fake)

  fake.error = new ApiError(503, 'ServiceUnavailable', 'busy')
  await expect(api.entities('w')).rejects.toThrow('busy')
  expect(connection.state).toMatchObject({ isUp: false, message: 'busy' })

  fake.error = new ApiError(400, 'ValidationException', 'wrong')
  await expect(api.entities('w')).rejects.toThrow('wrong')
  expect(connection.state.isUp).toBe(true)

  fake.error = undefined
  expect(await api.entities('w')).toEqual(fake.list)
})
