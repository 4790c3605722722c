import '@fontsource-variable/inter';
import './style/tokens.css';
import './style/base.css';
import './style/controls.css';
import './style/markdown.css';
import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import { paletteStyle } from '../src-main/common/plots/palette.ts';
import App from './App.vue';
import { connected, letIn } from './api.ts';
import NotLetIn from './components/NotLetIn.vue';
import { followChanges, queries } from './composables/live.ts';
import { followTasks } from './composables/tasks.ts';
import { sayError } from './composables/toasts.ts';
import { router } from './router.ts';

// Plots have the same colours on the pages that are written.
const palette = new CSSStyleSheet();
palette.replaceSync(paletteStyle);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, palette];

// Where the application is gone, the page says so already.
const sayBroken = (error: unknown): void => {
  if (connected.value) sayError(error);
};

if (await letIn) {
  createApp(App).use(VueQueryPlugin, { queryClient: queries }).use(router).mount('#app');
  void followChanges().catch(sayBroken);
  void followTasks().catch(sayBroken);
} else createApp(NotLetIn).mount('#app');
