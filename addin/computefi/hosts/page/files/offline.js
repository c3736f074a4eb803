// The service worker: after the first visit every file comes out of this browser's own store.
"use strict";
const STORE = "computefi-STATE";
const FILES = FILE_LIST;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("computefi-") && name !== STORE;
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || new URL(event.request.url).origin !== location.origin) return;
  event.respondWith(
    caches.open(STORE)
      .then((store) => store.match(event.request, { ignoreSearch: true }))
      .then((found) => found || fetch(event.request)),
  );
});
