import '@fontsource-variable/inter';
import './style/tokens.css';
import './style/base.css';
import './style/controls.css';
import './style/markdown.css';
import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import App from './App.vue';
import { connected } from './api.ts';
import { followChanges, queries } from './composables/live.ts';
import { followTasks } from './composables/tasks.ts';
import { sayError } from './composables/toasts.ts';
import { router } from './router.ts';

createApp(App).use(VueQueryPlugin, { queryClient: queries }).use(router).mount('#app');

// Where the application is gone, the page says so already.
const sayBroken = (error: unknown): void => {
  if (connected.value) sayError(error);
};
void followChanges().catch(sayBroken);
void followTasks().catch(sayBroken);
