import { Type } from 'class-transformer';
import { IsInt, IsString, MinLength, ValidateNested } from 'class-validator';
import { IsQualifiedName } from './names.js';
import { validated } from './validate.js';

class Inner {
  @IsInt()
  readonly count!: number;
}

class Outer {
  @IsQualifiedName()
  readonly name!: string;

  @ValidateNested({ each: true })
  @Type(() => Inner)
  readonly inner!: Inner[];
}

describe('validated', () => {
  it('gives an instance of the class', () => {
    const value = validated(Outer, { name: 'acme/shop', inner: [{ count: 1 }] });
    expect(value).toBeInstanceOf(Outer);
    expect(value.inner[0]).toBeInstanceOf(Inner);
  });

  it('names every fault with its path, at once', () => {
    const refused = (): Outer => validated(Outer, { name: 'shop', inner: [{ count: 'x' }], extra: 1 });
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'INVALID_COMMAND',
        reasons: expect.arrayContaining([
          expect.objectContaining({ at: 'name' }),
          expect.objectContaining({ at: 'inner.0.count' }),
          expect.objectContaining({ at: 'extra' }),
        ]) as unknown,
      }) as Error,
    );
  });

  it('says of a value that is not there that it is missing, once', () => {
    class Named {
      @IsString()
      @MinLength(2)
      readonly name!: string;
    }
    class Naming {
      @ValidateNested()
      @Type(() => Named)
      readonly inner!: Named;
    }
    expect(() => validated(Naming, { inner: {} })).toThrow(
      expect.objectContaining({ message: 'Naming is not valid: inner.name is missing', reasons: [{ code: 'isDefined', message: 'inner.name is missing', at: 'inner.name' }] }) as Error,
    );
  });

  it.each([null, 1, 'text', [], undefined])('%j is not an object', (value) => {
    expect(() => validated(Outer, value)).toThrow('must be a JSON object');
  });

  it('is not fooled by prototypes', () => {
    expect(() => validated(Outer, JSON.parse('{"__proto__": {"name": "acme/shop"}, "inner": []}'))).toThrow();
  });
});
