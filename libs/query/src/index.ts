export * from './contract.js';
export { describe } from './describe.js';
