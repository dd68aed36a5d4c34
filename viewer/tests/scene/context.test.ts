import { expect, test } from 'vitest'

import type { Binding, Feed, Reading } from '../../src/data/feed'
import type { Assets } from '../../src/scene/assets'
import { SceneContext } from '../../src/scene/context'
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

test('tasks are awaited, with those that they add, and errors become warnings', async () => {
  const context = contextWith(new FakeFeed())
  const finished: string[] = []
  const first = async (): Promise<void> => {
    await Promise.resolve()
    finished.push('first')
    context.addTask(undefined, Promise.resolve().then(() => void finished.push('second')))
  }
  context.addTask(undefined, first())
  context.addTask(undefined, Promise.reject(new Error('not found')))
  await context.tasksDone()

  expect(finished).toEqual(['first', 'second'])
  expect(context.problems).toEqual([{ level: 'warning', message: 'not found' }])
})
