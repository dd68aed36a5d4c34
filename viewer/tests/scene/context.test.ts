import { expect, test, vi } from 'vitest'

import type { Binding, Feed, Reading } from '../../src/data/feed'
import type { Priority } from '../../src/data/priority'
import type { Assets } from '../../src/scene/assets'
import { type ContextOptions, SceneContext } from '../../src/scene/context'
import type { SceneDocument } from '../../src/scene/document'
import type { Stage } from '../../src/scene/stage'

class FakeFeed implements Feed {
  readonly listeners = new Map<string, (reading: Reading) => void>()

  subscribe({ entityId, propertyName }: Binding, listener: (reading: Reading) => void): () => void {
    const key = `${entityId}/${propertyName}`
    this.listeners.set(key, listener)
    listener({})
    return () => this.listeners.delete(key)
  }
}

const DOCUMENT: SceneDocument = {
  roots: [],
  rules: { hot: { statements: [{ expression: 't > 80', target: 'iottwinmaker.common.icon:Error' }] } },
  properties: { dataBindingConfig: { template: { sel_entity: 'm1' } } },
}
const TEMPERATURE = { dataBindingContext: { entityId: '${sel_entity}', componentName: 'c', propertyName: 't' } }

function contextWith(feed: Feed): SceneContext {
  return new SceneContext(DOCUMENT, {} as Stage, {} as Assets, feed)
}

test('a rule is evaluated at once and at each reading, until the context is disposed of', () => {
  const feed = new FakeFeed()
  const context = contextWith(feed)
  const targets: (string | number)[] = []
  context.subscribeRule({ ruleBasedMapId: 'hot', valueDataBinding: TEMPERATURE }, 'own', ({ target }) => targets.push(target))
  feed.listeners.get('m1/t')?.({ value: 91 })
  feed.listeners.get('m1/t')?.({ value: 20 })
  expect(targets).toEqual(['own', 'iottwinmaker.common.icon:Error', 'own'])

  context.dispose()
  expect(feed.listeners.size).toBe(0)
  expect(context.isDisposed).toBe(true)
})

test.each([
  ['no rule', { valueDataBinding: TEMPERATURE }],
  ['an unknown rule', { ruleBasedMapId: 'cold', valueDataBinding: TEMPERATURE }],
  ['no binding', { ruleBasedMapId: 'hot' }],
])('with %s the fallback applies and nothing is subscribed to', (_, ruleBinding) => {
  const feed = new FakeFeed()
  const targets: (string | number)[] = []
  contextWith(feed).subscribeRule(ruleBinding, 'own', ({ target }) => targets.push(target))

  expect(targets).toEqual(['own'])
  expect(feed.listeners.size).toBe(0)
})

test('files are awaited, and errors become warnings, which end when a file is read later', async () => {
  vi.useFakeTimers()
  const changes: number[] = []
  const context: SceneContext = new SceneContext(DOCUMENT, {} as Stage, {} as Assets, new FakeFeed(), {
    isTransient: ({ message }: Error) => message === 'no response',
    onProblems: () => changes.push(context.problems.length),
  } as ContextOptions)
  const errors = ['no response', 'no response']
  const load = async (): Promise<void> => {
    const message = errors.pop()
    if (message) throw new Error(message)
  }
  context.addFile(undefined, load, ({ message }) => `far.glb: ${message}`)
  context.addFile(undefined, () => Promise.reject(new Error('not found')), ({ message }) => message)
  await context.filesDone()
  expect(context.problems.map(({ message }) => message).sort()).toEqual(['far.glb: no response', 'not found'])

  await vi.advanceTimersByTimeAsync(2_000)
  expect(context.problems).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(4_000)
  expect(context.problems).toEqual([{ level: 'warning', message: 'not found' }])
  expect(changes.at(-1)).toBe(1)
  vi.useRealTimers()
})

test('values of what is out of view are read after those of what is in view', () => {
  const priorities: (string | undefined)[] = []
  const subscribeAt = (priority?: Priority): Feed => ({
    subscribe(_, listener) {
      priorities.push(priority)
      listener({ value: 91 })
      return () => void priorities.splice(priorities.indexOf(priority), 1)
    },
  })
  const feed: Feed = { ...subscribeAt(), at: (priority) => subscribeAt(priority) }
  const context = contextWith(feed)
  const targets: (string | number)[] = []
  const rule = { ruleBasedMapId: 'hot', valueDataBinding: TEMPERATURE }
  const subscription = context.subscribeRule(rule, 'own', ({ target }) => targets.push(target))
  subscription.setInView(true)
  expect(priorities).toEqual([undefined])
  subscription.setInView(false)
  subscription.setInView(false)
  expect(priorities).toEqual(['rest'])
  subscription.setInView(true)
  expect(priorities).toEqual(['visible'])
  expect(new Set(targets)).toEqual(new Set(['iottwinmaker.common.icon:Error']))
  context.dispose()
  expect(priorities).toEqual([])
})
