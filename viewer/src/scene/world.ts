/** What the parts of a scene need to be built and to stay alive. */

import type { Group, Object3D } from 'three'
import type { Binding, Feed, Reading } from '../data/feed'
import type { Assets } from './assets'
import { bindingOf, type ValueDataBinding } from './bindings'
import type { Problem, RuleBinding, SceneDocument, SceneNode } from './document'
import { Coat } from './paint'
import { evaluateRule, type Outcome } from './rules'
import type { Stage } from './stage'

/** A node of the scene, standing in the world. */
export class Placed {
  readonly coat: Coat
  /** The mesh of a model that a sub-model node stands for, else the node's own group. */
  object: Object3D
  readonly children: Placed[] = []

  constructor(
    readonly node: SceneNode,
    readonly group: Group,
    readonly parent: Placed | undefined,
  ) {
    this.object = group
    let depth = 0
    for (let above = parent; above; above = above.parent) depth++
    this.coat = new Coat(depth)
  }

  /** Has the paint of this node and of those above it cover what now stands under it. */
  cover(): void {
    for (let one: Placed | undefined = this; one; one = one.parent) one.coat.put(one.object)
  }
}

export class World {
  private readonly releases: (() => void)[] = []
  private readonly works: Promise<void>[] = []
  readonly problems: Problem[] = []
  isOver = false

  constructor(
    readonly document: SceneDocument,
    readonly stage: Stage,
    readonly assets: Assets,
    private readonly feed: Feed,
  ) {}

  /** Runs when the scene goes. */
  readonly onRelease = (release: () => void): void => {
    this.releases.push(release)
  }

  /** Work that the scene is not complete without. What it throws is told as a problem of the node. */
  work(node: SceneNode | undefined, work: Promise<void>): void {
    this.works.push(work.catch((error: unknown) => this.warn((error as Error).message, node)))
  }

  async complete(): Promise<void> {
    for (let done = 0; done < this.works.length; done++) await this.works[done]
  }

  warn(message: string, node?: SceneNode): void {
    this.problems.push({ level: 'warning', message, ...(node ? { node: node.name } : {}) })
  }

  bindingOf(bound: ValueDataBinding | undefined): Binding | undefined {
    return bindingOf(bound, this.document.properties.dataBindingConfig?.template)
  }

  follow(bound: ValueDataBinding | undefined, listener: (reading: Reading) => void): void {
    const binding = this.bindingOf(bound)
    if (binding) this.onRelease(this.feed.watch(binding, listener))
  }

  /** Calls `listener` with what the rule says, at once and whenever that may have changed. */
  followRule(bound: RuleBinding | undefined, fallback: string | number, listener: (outcome: Outcome) => void): void {
    const rule = bound?.ruleBasedMapId === undefined ? undefined : this.document.rules[bound.ruleBasedMapId]
    const binding = this.bindingOf(bound?.valueDataBinding)
    if (!rule || !binding) return listener(evaluateRule(fallback, rule, undefined, undefined))
    this.follow(bound?.valueDataBinding, ({ value }) => listener(evaluateRule(fallback, rule, binding.propertyName, value)))
  }

  release(): void {
    this.isOver = true
    for (const release of this.releases.splice(0)) release()
  }
}
