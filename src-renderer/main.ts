import '@fontsource-variable/inter';
import './style/tokens.css';
import './style/base.css';
import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import App from './App.vue';
import { followChanges, queries } from './composables/live.ts';
import { followTasks } from './composables/tasks.ts';
import { sayError } from './composables/toasts.ts';
import { router } from './router.ts';

createApp(App).use(VueQueryPlugin, { queryClient: queries }).use(router).mount('#app');
void followChanges().catch(sayError);
void followTasks().catch(sayError);
