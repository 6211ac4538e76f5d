import 'reflect-metadata';
import { QUERIES, subjectOf } from '@slipway/messaging';
import { AuditController } from './audit.controller.js';

/** The subjects on which a controller answers, as Nest will read them. */
function subjects(controller: { prototype: object }): unknown[] {
  const methods = Object.getOwnPropertyNames(controller.prototype).map((name) => Reflect.get(controller.prototype, name) as object);
  return methods.flatMap((method) => (Reflect.getMetadata('microservices:pattern', method) as unknown[] | undefined) ?? []);
}

describe('the audit service', () => {
  it('answers every question that the map of subjects gives it', () => {
    expect(subjects(AuditController).sort()).toEqual(QUERIES.audit.map((type) => subjectOf(type)).sort());
  });
});
