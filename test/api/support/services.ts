import type { Services } from '../../../src/api/services.ts';

/** Services of which only those given can be used: touching another fails the test that does. */
export const onlyServices = (given: { readonly [K in keyof Services]?: Partial<Services[K]> }): Services =>
  new Proxy(given as Services, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name) as unknown;
      return new Proxy(
        {},
        {
          get: () => () => {
            throw new Error(`${String(name)} is not part of this test`);
          },
        },
      );
    },
  });
