/** The view of a screen on a wall: large type, one view after the other, and at once what a new alarm is about. */

import type { Alarm, Alarms } from '../data/alarms'
import { NewAlarms, stepsOf, type WallContent } from '../data/wall_cycle'
import { describeState } from './alarm_card'
import { h, setAttribute, setText } from './dom'

export interface WallOptions {
  readonly nameOf: (entityId: string) => string
  readonly content: () => Omit<WallContent, 'alarms'>
  readonly now: () => number
  readonly onCamera: (name: string) => void
  readonly onScene: (sceneId: string) => void
  /** Select an entity, and move the camera to it. */
  readonly onAlarm: (alarm: Alarm) => void
  readonly onLeave: () => void
  /** Default: two tones of the browser. */
  readonly playSound?: () => void
}

/** How long each view is shown. */
export const STEP_MS = 12_000
/** How long a new alarm stays, whatever else there is to show. */
export const NEW_ALARM_MS = 30_000

export class Wall {
  readonly element: HTMLElement
  private readonly title = h('p', { class: 'wall-title' })
  /** New alarms are read out, views that change by themselves are not. */
  private readonly announcement = h('p', { class: 'visually-hidden', role: 'alert' })
  private readonly sound = createToggle('Sound')
  private readonly pause = createToggle('Pause')
  private readonly newAlarms = new NewAlarms()
  private alarms: Alarms | undefined
  private index = -1
  private timer: ReturnType<typeof setTimeout> | undefined
  private audio: AudioContext | undefined

  constructor(private readonly options: WallOptions) {
    const leave = h('button', { type: 'button' }, 'Leave wall view')
    leave.addEventListener('click', () => options.onLeave())
    this.sound.addEventListener('click', () => {
      // A browser plays sounds only after the user has done something.
      if (isOn(this.sound)) this.play()
    })
    this.pause.addEventListener('click', () => this.schedule(STEP_MS))
    this.element = h('section', { class: 'wall-bar', 'aria-label': 'Wall view' }, this.title, this.announcement, this.sound, this.pause, leave)
  }

  start(): void {
    this.nameScene()
    this.schedule(STEP_MS)
  }

  /** Name the scene that is shown until the first step, as soon as it is known. */
  nameScene(): void {
    if (this.index < 0 && !this.title.textContent) setText(this.title, this.options.content().sceneId ?? '')
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  /** Show alarms; called again when they change. Of new ones, the worst is shown at once. */
  show(alarms: Alarms): void {
    this.alarms = alarms
    const [alarm] = this.newAlarms.find(alarms)
    if (!alarm) return
    this.showAlarm(alarm, 'New alarm: ')
    setText(this.announcement, this.title.textContent)
    if (isOn(this.sound)) this.play()
    this.schedule(NEW_ALARM_MS)
  }

  private schedule(pause: number): void {
    clearTimeout(this.timer)
    this.timer = isOn(this.pause) ? undefined : setTimeout(() => this.advance(), pause)
  }

  private advance(): void {
    const steps = stepsOf({ ...this.options.content(), alarms: this.alarms?.list ?? [] })
    this.index = this.index + 1 < steps.length ? this.index + 1 : 0
    const step = steps[this.index]
    if (step?.kind === 'alarm') this.showAlarm(step.alarm, '')
    else {
      setText(this.title, step?.kind === 'camera' ? step.name : (step?.sceneId ?? ''))
      setAttribute(this.title, 'data-severity', undefined)
      if (step?.kind === 'camera') this.options.onCamera(step.name)
      else if (step?.kind === 'scene') {
        this.index = -1
        this.options.onScene(step.sceneId)
      }
    }
    this.schedule(STEP_MS)
  }

  private showAlarm(alarm: Alarm, prefix: string): void {
    const { nameOf, now, onAlarm } = this.options
    const message = alarm.message ? `, ${alarm.message}` : ''
    setText(this.title, `${prefix}${nameOf(alarm.entityId)}${message} (${describeState(alarm, now())})`)
    setAttribute(this.title, 'data-severity', alarm.severity)
    onAlarm(alarm)
  }

  private play(): void {
    if (this.options.playSound) return this.options.playSound()
    this.audio ??= new AudioContext()
    for (const [start, frequency] of [[0, 880], [0.25, 660]] as const) {
      const oscillator = new OscillatorNode(this.audio, { frequency })
      const volume = new GainNode(this.audio, { gain: 0.2 })
      oscillator.connect(volume).connect(this.audio.destination)
      oscillator.start(this.audio.currentTime + start)
      oscillator.stop(this.audio.currentTime + start + 0.2)
    }
  }
}

/** A button that is off at first. */
function createToggle(label: string): HTMLButtonElement {
  const button = h('button', { type: 'button', 'aria-pressed': 'false' }, label)
  button.addEventListener('click', () => setAttribute(button, 'aria-pressed', String(!isOn(button))))
  return button
}

function isOn(button: HTMLButtonElement): boolean {
  return button.getAttribute('aria-pressed') === 'true'
}
