import { beforeEach, expect, test } from 'vitest';
import { forgetUntouchedTabs } from './memory';

beforeEach(() => localStorage.clear());

test('tabs without an operation are of a visit that was over too soon, and are forgotten', () => {
  localStorage.setItem('graphiql:tabState', '{}');
  forgetUntouchedTabs();
  expect(localStorage.getItem('graphiql:tabState')).toBeNull();
});

test("somebody's work is kept", () => {
  localStorage.setItem('graphiql:tabState', '{}');
  localStorage.setItem('graphiql:query', 'query Mine { viewer { name } }');
  forgetUntouchedTabs();
  expect(localStorage.getItem('graphiql:tabState')).toBe('{}');
});
