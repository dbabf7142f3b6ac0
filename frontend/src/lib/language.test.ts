import { expect, test } from 'vitest';
import { keepLanguage, preferredLanguage } from './language';

test.each([
  [['zh-TW', 'en'], 'zh-Hant'],
  [['zh-HK'], 'zh-Hant'],
  [['zh-CN'], 'zh-Hans'],
  [['zh'], 'zh-Hans'],
  [['fr-FR', 'zh-SG'], 'zh-Hans'],
  [['en-GB', 'zh-CN'], 'en'],
  [['fr'], 'en'],
  [[], 'en'],
])('the wishes %j are met by %s', (wishes, language) => {
  expect(preferredLanguage(wishes)).toBe(language);
});

test('what a person chose outweighs what the browser wishes', () => {
  keepLanguage('zh-Hant');
  expect(preferredLanguage(['en'])).toBe('zh-Hant');
});

test('a stored language that we do not speak is passed over', () => {
  localStorage.setItem('onebanner-language', 'tlh');
  expect(preferredLanguage(['en'])).toBe('en');
});
