export * from './contract.js';
export { describe, isSlipwayEvent } from './describe.js';
export { prepared } from './prepared.js';
export { notePrivateValues, PRIVATE_VALUES_TABLE, type PrivateValue, privateValuesIn } from './private-values.js';
export { type Belonging, belongingOf, environmentOf, type ReleaseLinks } from './release-links.js';
export { RELEASE_LINKS_TABLE, releaseLinksIn } from './release-links.table.js';
export type { SlipwayEvent } from './slipway-event.js';
export { because, short } from './words.js';
