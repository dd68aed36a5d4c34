import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError, type OutgoingRequest } from '../../src/api/api'
import type { Priority } from '../../src/data/priority'
import { RequestRate } from '../../src/data/request_rate'
import { RequestScheduler, scheduled } from '../../src/data/scheduler'
import { FakeApi, settle } from '../fake_api'

const NOW = Date.parse('2026-03-01T12:00:00Z')

beforeEach(() => void vi.useFakeTimers({ now: NOW }))
afterEach(() => void vi.useRealTimers())

function data(key: string): OutgoingRequest {
  return { kind: 'data', key }
}

/** A service that answers after a time, and throttles above a number of requests per second. */
class Service {
  readonly sentAt: number[] = []
  readonly order: string[] = []
  throttledCount = 0

  constructor(
    private readonly latency: number,
    private readonly limit = Infinity,
  ) {}

  send = async (key: string): Promise<string> => {
    const now = Date.now()
    const isThrottled = this.sentAt.filter((time) => time > now - 1_000).length >= this.limit
    this.sentAt.push(now)
    this.order.push(key)
    await new Promise((resolve) => setTimeout(resolve, this.latency))
    if (!isThrottled) return key
    this.throttledCount += 1
    throw new ApiError(429, 'ThrottlingException', 'Rate exceeded')
  }
}

/** Request 20 values again and again, each a second after its answer. */
function poll(scheduler: RequestScheduler, service: Service): void {
  for (let index = 0; index < 20; index += 1) {
    const key = `value ${index}`
    const request = async (): Promise<void> => {
      await scheduler.run('visible', data(key), () => service.send(key))
      setTimeout(() => void request(), 1_000)
    }
    void request()
  }
}

test('requests of all parts together stay within the rate', async () => {
  const scheduler = new RequestScheduler(new RequestRate(10))
  const service = new Service(50)
  poll(scheduler, service)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(service.sentAt.length).toBeGreaterThan(500)
  expect(service.sentAt.length).toBeLessThanOrEqual(10 * 60 + 20) // and one burst of two seconds
})

test('when the account throttles, all requests together fall below its limit, and each is answered in the end', async () => {
  const scheduler = new RequestScheduler(new RequestRate(20))
  const service = new Service(20, 5)
  poll(scheduler, service)
  await vi.advanceTimersByTimeAsync(20_000)
  const before = service.sentAt.length
  const throttledBefore = service.throttledCount
  await vi.advanceTimersByTimeAsync(60_000)
  const perSecond = (service.sentAt.length - before) / 60
  expect(perSecond).toBeLessThan(5)
  expect(perSecond).toBeGreaterThan(1)
  expect(service.throttledCount - throttledBefore).toBeLessThan(20)
  expect(new Set(service.order).size).toBe(20)
})

test('without throttling, the whole rate is used again', async () => {
  const rate = new RequestRate(10)
  rate.throttled()
  expect(rate.take('data')).toBe(1_000)
  rate.succeeded()
  await vi.advanceTimersByTimeAsync(120_000)
  const scheduler = new RequestScheduler(rate)
  const service = new Service(10)
  poll(scheduler, service)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(service.sentAt.length).toBeGreaterThan(10 * 15)
})

test('the pause grows while every request is throttled, up to half a minute', async () => {
  const scheduler = new RequestScheduler(new RequestRate(20))
  const service = new Service(0, 0)
  void scheduler.run('visible', data('a'), () => service.send('a'))
  await vi.advanceTimersByTimeAsync(300_000)
  expect(service.sentAt.length).toBeGreaterThan(8)
  expect(service.sentAt.length).toBeLessThan(20)
})

test('the selected entity comes before what is visible, and that before the rest', async () => {
  const scheduler = new RequestScheduler(new RequestRate(1_000))
  const service = new Service(1_000)
  const start = (priority: Priority, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const key = `${priority} ${index}`
      void scheduler.run(priority, data(key), () => service.send(key))
    }
  }
  start('rest', 8)
  start('visible', 8)
  start('selected', 2)
  await settle()
  // Requests of a lower priority that run do not use up all connections.
  expect(service.order).toEqual(['rest 0', 'visible 0', 'visible 1', 'visible 2', 'visible 3', 'selected 0'])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(service.order[6]).toBe('selected 1')
  await vi.advanceTimersByTimeAsync(8_000)
  expect(service.order.indexOf('visible 7')).toBeLessThan(service.order.indexOf('rest 7'))
})

test('what may wait goes on, slowly, while there is always something visible to request', async () => {
  const scheduler = new RequestScheduler(new RequestRate(1_000))
  const service = new Service(1_000)
  poll(scheduler, service)
  const request = { kind: 'control', key: 'entity' } as const
  const entity = scheduler.run('rest', request, () => service.send('entity'))
  await vi.advanceTimersByTimeAsync(2_000)
  await expect(entity).resolves.toBe('entity')
})

test('equal requests in flight are sent once, with the higher of their priorities', async () => {
  const scheduler = new RequestScheduler(new RequestRate(1_000))
  const service = new Service(1_000)
  for (let index = 0; index < 9; index += 1) {
    void scheduler.run('visible', data(`other ${index}`), () => service.send(`other ${index}`))
  }
  void scheduler.run('rest', data('earlier'), () => service.send('earlier'))
  const first = scheduler.run('rest', data('same'), () => service.send('same'))
  const second = scheduler.run('selected', data('same'), () => service.send('same'))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await Promise.all([first, second])).toEqual(['same', 'same'])
  expect(service.order.filter((key) => key === 'same')).toEqual(['same'])
  expect(service.order.indexOf('same')).toBe(5)

  void scheduler.run('selected', data('same'), () => service.send('same'))
  await vi.advanceTimersByTimeAsync(5_000)
  expect(service.order.filter((key) => key === 'same')).toHaveLength(2)
})

test('requests for entities have a rate of their own: AWS allows a tenth of those for values', async () => {
  const scheduler = new RequestScheduler(new RequestRate(20))
  const service = new Service(10)
  for (let index = 0; index < 40; index += 1) {
    const key = `entity ${index}`
    void scheduler.run('visible', { kind: 'control', key }, () => service.send(key))
  }
  void scheduler.run('visible', data('value'), () => service.send('value'))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(service.order.length).toBeLessThanOrEqual(16)
  expect(service.order).toContain('value')
})

test('errors other than throttling reach the caller, and the next request is sent', async () => {
  const scheduler = new RequestScheduler(new RequestRate())
  const api = new FakeApi()
  api.list = [{ entityId: 'm1', entityName: 'Machine 1' }]
  const visible = scheduled(api, scheduler, 'visible')
  api.error = new ApiError(400, 'ValidationException', 'wrong')
  await expect(visible.entities('w')).rejects.toThrow('wrong')
  api.error = undefined
  expect(await visible.entities('w')).toEqual(api.list)
})

test('files are not limited', async () => {
  const scheduler = new RequestScheduler(new RequestRate(1))
  const service = new Service(10)
  for (let index = 0; index < 30; index += 1) {
    const key = `model ${index}`
    void scheduler.run('visible', { kind: 'object', key }, () => service.send(key))
  }
  expect(service.order).toHaveLength(30)
})

test('while visible values need more than the rate, the rest gets an eighth of it', async () => {
  const scheduler = new RequestScheduler(new RequestRate(4))
  const service = new Service(50)
  for (const priority of ['visible', 'rest'] as const) {
    for (let index = 0; index < 40; index += 1) {
      const repeat = async (): Promise<void> => {
        await scheduler.run(priority, data(`${priority} ${index}`), () => service.send(priority))
        void repeat()
      }
      void repeat()
    }
  }
  await vi.advanceTimersByTimeAsync(100_000)
  const rest = service.order.filter((priority) => priority === 'rest').length
  expect(service.order.length).toBeGreaterThan(390)
  expect(rest / service.order.length).toBeCloseTo(1 / 8, 1)
})
