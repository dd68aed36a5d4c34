/** What the parts of one scene share: the document, the stage, files, live data, and a common end of life. */

import type { Binding, Feed, Reading } from '../data/feed'
import type { Assets } from './assets'
import { bindingOf, type ValueDataBinding } from './bindings'
import type { DocumentNode, Problem, RuleBinding, SceneDocument } from './document'
import { evaluateRule, type Outcome } from './rules'
import type { Stage } from './stage'

export class SceneContext {
  private readonly disposals: (() => void)[] = []
  private readonly pending: Promise<void>[] = []
  readonly problems: Problem[] = []
  isDisposed = false

  constructor(
    readonly document: SceneDocument,
    readonly stage: Stage,
    readonly assets: Assets,
    private readonly feed: Feed,
    /** Origins of the page and its API, to which no link of the scene may lead. */
    readonly ownOrigins: readonly string[] = [],
  ) {}

  /** Register a function that runs when the scene is replaced. */
  readonly onDispose = (dispose: () => void): void => {
    this.disposals.push(dispose)
  }

  /** Add a task that loading waits for. An error of it becomes a warning about the node. */
  addTask(node: DocumentNode | undefined, task: Promise<void>): void {
    this.pending.push(task.catch((error: unknown) => this.warn((error as Error).message, node)))
  }

  /** Wait for all tasks, including those that a task adds. */
  async tasksDone(): Promise<void> {
    for (let index = 0; index < this.pending.length; index++) await this.pending[index]
  }

  warn(message: string, node?: DocumentNode): void {
    this.problems.push({ level: 'warning', message, ...(node ? { node: node.name } : {}) })
  }

  /** Warn about what several nodes share, at the first of them. */
  warnOnce(message: string, node: DocumentNode): void {
    if (!this.problems.some((problem) => problem.message === message)) this.warn(message, node)
  }

  bindingOf(valueDataBinding: ValueDataBinding | undefined): Binding | undefined {
    return bindingOf(valueDataBinding, this.document.properties.dataBindingConfig?.template)
  }

  subscribe(valueDataBinding: ValueDataBinding | undefined, listener: (reading: Reading) => void): void {
    const binding = this.bindingOf(valueDataBinding)
    if (binding) this.onDispose(this.feed.subscribe(binding, listener))
  }

  /** Call `listener` with the rule's outcome, now and at each new value. */
  subscribeRule(ruleBinding: RuleBinding | undefined, fallback: string | number, listener: (outcome: Outcome) => void): void {
    const rule = ruleBinding?.ruleBasedMapId === undefined ? undefined : this.document.rules[ruleBinding.ruleBasedMapId]
    const binding = this.bindingOf(ruleBinding?.valueDataBinding)
    if (!rule || !binding) return listener(evaluateRule(fallback, rule, undefined, undefined))
    this.subscribe(ruleBinding?.valueDataBinding, ({ value }) => {
      listener(evaluateRule(fallback, rule, binding.propertyName, value))
    })
  }

  dispose(): void {
    this.isDisposed = true
    for (const dispose of this.disposals.splice(0)) dispose()
  }
}
