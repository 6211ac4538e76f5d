export * from './contract.js';
export { describe } from './describe.js';
export { type Belonging, belongingOf, environmentOf, type ReleaseLinks } from './release-links.js';
export type { SlipwayEvent } from './slipway-event.js';
export { because, short } from './words.js';
