import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './schema';

/** Write an operation; its result and variables are typed from the committed schema. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { DateTime: string; Date: string; UUID: string; Duration: string };
}>();
