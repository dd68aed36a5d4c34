/** ModelShader: a model in the colour, or as transparent, as a rule says. */

import type { ModelShader } from '../document'
import { readPaint } from '../rules'
import type { Placed, World } from '../world'

export function addShader(world: World, placed: Placed, component: ModelShader): void {
  world.followRule(component, '', ({ target }) => {
    placed.coat.color(readPaint(target))
    world.stage.invalidateSoon()
  })
}
