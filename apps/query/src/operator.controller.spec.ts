import 'reflect-metadata';
import { QUERIES, subjectOf } from '@slipway/messaging';
import { OperatorController } from './operator.controller.js';

/** The subjects on which a controller answers, as Nest will read them. */
function subjects(controller: { prototype: object }): unknown[] {
  const methods = Object.getOwnPropertyNames(controller.prototype).map((name) => Reflect.get(controller.prototype, name) as object);
  return methods.flatMap((method) => (Reflect.getMetadata('microservices:pattern', method) as unknown[] | undefined) ?? []);
}

describe('the query service', () => {
  it('answers every question that the map of subjects gives it', () => {
    expect(subjects(OperatorController).sort()).toEqual(QUERIES.query.map((type) => subjectOf(type)).sort());
  });
});
