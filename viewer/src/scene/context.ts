/** What the parts of one scene share: the document, the stage, files, live data, and a common end of life. */

import type { Binding, Feed, Reading, Value } from '../data/feed'
import type { Assets } from './assets'
import { Loading } from './loading'
import { bindingOf, type ValueDataBinding } from './bindings'
import type { DocumentNode, Problem, RuleBinding, SceneDocument } from './document'
import { evaluateRule, type Outcome } from './rules'
import type { Stage } from './stage'
import { WorkQueue } from './work_queue'

/** How far a reading can be trusted: the connector gives none at present, or the newest one is old. */
export type Freshness = 'current' | 'stale' | 'failed'

/** A subscription of a part of the scene. */
export interface PartSubscription {
  /** Values of what is out of view are read after those of what is in view. */
  setInView(isInView: boolean): void
}

/** What a scene's parts need beside its document. */
export interface ContextOptions {
  /** Origins of the page and its API, to which no link of the scene may lead. */
  readonly ownOrigins?: readonly string[]
  /** Whether another attempt to read a file may succeed after an error. */
  readonly isTransient?: (error: unknown) => boolean
  /** Called when a problem was added or solved after loading. */
  readonly onProblems?: () => void
}

const UNBOUND: PartSubscription = { setInView: () => undefined }

export class SceneContext {
  private readonly disposals: (() => void)[] = []
  private readonly pending: Promise<void>[] = []
  private readonly loading: Loading
  private readonly work = new WorkQueue()
  readonly problems: Problem[] = []
  isDisposed = false

  constructor(
    readonly document: SceneDocument,
    readonly stage: Stage,
    readonly assets: Assets,
    private readonly feed: Feed,
    private readonly options: ContextOptions = {},
  ) {
    this.loading = new Loading(options.isTransient ?? (() => false))
  }

  get ownOrigins(): readonly string[] {
    return this.options.ownOrigins ?? []
  }

  /** Register a function that runs when the scene is replaced. */
  readonly onDispose = (dispose: () => void): void => {
    this.disposals.push(dispose)
  }

  /**
   * Load a file that loading waits for once. An error becomes a warning, which ends when the file is read later.
   *
   * @param describe The warning of an error.
   */
  addFile(node: DocumentNode | undefined, load: () => Promise<void>, describe: (error: Error) => string): void {
    let message: string | undefined
    const onError = (error: Error): void => {
      message = describe(error)
      if (!this.problems.some((problem) => problem.message === message)) this.warn(message, node)
      this.options.onProblems?.()
    }
    const onRecovered = (): void => {
      const index = this.problems.findIndex((problem) => problem.message === message)
      if (index >= 0) this.problems.splice(index, 1)
      this.options.onProblems?.()
    }
    this.pending.push(this.loading.run(load, onError, onRecovered))
  }

  /** Wait for all files, including those that a file adds. */
  async filesDone(): Promise<void> {
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

  subscribe(valueDataBinding: ValueDataBinding | undefined, listener: (reading: Reading) => void): PartSubscription {
    const binding = this.bindingOf(valueDataBinding)
    if (!binding) return UNBOUND
    let wasInView = true
    let stop = this.feed.subscribe(binding, listener)
    this.onDispose(() => stop())
    const subscribeAgain = (): void => {
      const feed = this.feed.at?.(wasInView ? 'visible' : 'rest')
      if (!feed || this.isDisposed) return
      const stopFormer = stop
      stop = feed.subscribe(binding, (reading) => listener(reading))
      stopFormer()
    }
    return {
      setInView: (isInView) => {
        if (isInView === wasInView) return
        wasInView = isInView
        this.work.run(subscribeAgain, subscribeAgain)
      },
    }
  }

  /** Call `listener` with the rule's outcome and the reading that it is of, now and at each new reading. */
  subscribeRule(
    ruleBinding: RuleBinding | undefined,
    fallback: string | number,
    listener: (outcome: Outcome, reading: Reading) => void,
  ): PartSubscription {
    const rule = ruleBinding?.ruleBasedMapId === undefined ? undefined : this.document.rules[ruleBinding.ruleBasedMapId]
    const binding = this.bindingOf(ruleBinding?.valueDataBinding)
    if (!rule || !binding) {
      listener(evaluateRule(fallback, rule, undefined, undefined), {})
      return UNBOUND
    }
    let last: { readonly value: Value | undefined; readonly outcome: Outcome } | undefined
    const update = (reading: Reading): void => {
      const { value } = reading
      if (!last || last.value !== value) last = { value, outcome: evaluateRule(fallback, rule, binding.propertyName, value) }
      listener(last.outcome, reading)
    }
    return this.subscribe(ruleBinding?.valueDataBinding, (reading) => this.work.run(update, () => update(reading)))
  }

  dispose(): void {
    this.isDisposed = true
    this.loading.stop()
    this.work.clear()
    for (const dispose of this.disposals.splice(0)) dispose()
  }
}

export function freshnessOf({ error, isStale }: Reading): Freshness {
  return error !== undefined ? 'failed' : isStale ? 'stale' : 'current'
}
