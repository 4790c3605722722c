import { createRouter, createWebHashHistory } from 'vue-router';
import CompareView from './views/compare/CompareView.vue';

/** The views, as the navigation lists them. The first one is what opens; the others are fetched when they are first needed. */
export const router = createRouter({
  // Without what the address held to let the page in.
  history: createWebHashHistory('/'),
  routes: [
    { path: '/', name: 'compare', component: CompareView, meta: { title: 'Compare' } },
    {
      path: '/train/:run(\\d+)?',
      name: 'train',
      component: () => import('./views/train/TrainView.vue'),
      meta: { title: 'Train' },
    },
    {
      path: '/reports/:report(\\d+)?',
      name: 'reports',
      component: () => import('./views/reports/ReportsView.vue'),
      meta: { title: 'Reports', within: 'train' },
    },
    {
      path: '/rankings/:post(\\d+)?',
      name: 'rankings',
      component: () => import('./views/rankings/RankingsView.vue'),
      meta: { title: 'Rankings' },
    },
    {
      path: '/comments',
      name: 'comments',
      component: () => import('./views/rankings/AcrossView.vue'),
      meta: { title: 'Comments of all posts', within: 'rankings' },
    },
    {
      path: '/score',
      name: 'score',
      component: () => import('./views/rankings/ScoreView.vue'),
      meta: { title: 'Score comments', within: 'rankings' },
    },
    {
      path: '/data/:tab?/:post(\\d+)?',
      name: 'data',
      component: () => import('./views/data/DataView.vue'),
      meta: { title: 'Data' },
    },
    {
      path: '/models/:model(\\d+)?',
      name: 'models',
      component: () => import('./views/models/ModelsView.vue'),
      meta: { title: 'Models' },
    },
    {
      path: '/people',
      name: 'people',
      component: () => import('./views/people/PeopleView.vue'),
      meta: { title: 'People' },
    },
    {
      path: '/people/disputed',
      name: 'disputed',
      component: () => import('./views/people/DisputedView.vue'),
      meta: { title: 'Disputed pairs', within: 'people' },
    },
    {
      path: '/settings',
      name: 'settings',
      component: () => import('./views/settings/SettingsView.vue'),
      meta: { title: 'Settings' },
    },
    {
      path: '/projects',
      name: 'projects',
      component: () => import('./views/projects/ProjectsView.vue'),
      meta: { title: 'Projects' },
    },
    { path: '/:other(.*)*', redirect: '/' },
  ],
});
