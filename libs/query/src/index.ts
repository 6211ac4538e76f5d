export * from './contract.js';
export { describe } from './describe.js';
export { type Belonging, belongingOf, environmentOf, type ReleaseLinks } from './release-links.js';
export { because, short } from './words.js';
