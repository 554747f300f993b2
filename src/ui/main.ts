// The page: starts the engine at once, so that Python is up by the time that something is dropped.
import { mount } from 'svelte';
import { startEngine } from '../protocol/engine-browser';
import App from './App.svelte';
import { Session } from './session.svelte';
import './style.css';

const engine = startEngine(new URL('./', document.baseURI).href);
mount(App, { target: document.getElementById('app')!, props: { session: new Session(engine) } });
