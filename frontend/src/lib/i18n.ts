import { i18n, type Messages } from '@lingui/core';
import { keepLanguage, type Language } from '@/lib/language';

const CATALOGUES: Record<Language, () => Promise<{ messages: Messages }>> = {
  en: () => import('@/locales/en.po'),
  'zh-Hans': () => import('@/locales/zh-Hans.po'),
  'zh-Hant': () => import('@/locales/zh-Hant.po'),
};

/** Speak a language from now on: the texts, the page's lang attribute, and what the server is asked for. */
export async function speak(language: Language): Promise<void> {
  const { messages } = await CATALOGUES[language]();
  i18n.loadAndActivate({ locale: language, locales: language === 'en' ? 'en-GB' : language, messages });
  document.documentElement.lang = language;
}

/** Speak a language and remember it on this device. */
export async function choose(language: Language): Promise<void> {
  keepLanguage(language);
  await speak(language);
}
