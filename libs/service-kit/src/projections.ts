import type { Provider, Type } from '@nestjs/common';
import type { Projection } from './projection.js';
import { PROJECTIONS } from './tokens.js';
import { Views } from './views.js';

/** Providers for a module: these projections make up the service's views. */
export function projections(types: Type<Projection>[]): Provider[] {
  return [...types, { provide: PROJECTIONS, useFactory: (...all: Projection[]) => all, inject: types }, Views];
}
