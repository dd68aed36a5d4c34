/** Units of length in which models are made. The names are the scene composer's own; factors as in its `mathUtils`. */

export const METERS: Readonly<Record<string, number>> = {
  millimeters: 0.001,
  centimeters: 0.01,
  decimeters: 0.1,
  meters: 1,
  kilometers: 1000,
  inches: 0.0254,
  feet: 0.3048,
  yards: 0.9144,
  miles: 1609.34,
}
