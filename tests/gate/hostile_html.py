"""HTML that somebody could seal who has the keys for it, and that must not do anything."""

from __future__ import annotations

HOSTILE = """
<meta http-equiv="refresh" content="0; url=https://evil.example/refresh">
<base href="https://evil.example/"><base target="_blank">
<link rel="stylesheet" href="https://evil.example/x.css"><link rel="prefetch" href="https://evil.example/p">
<style>@import "https://evil.example/y.css"; body { display: none }</style>
<script>window.ran = 1</script><script src="https://evil.example/x.js"></script>
<img src=x onerror="window.ran = 1"><img src="https://evil.example/i.png" srcset="https://evil.example/j.png 2x">
<iframe src="https://evil.example/f" srcdoc="<script>parent.ran = 1</script>"></iframe>
<object data="https://evil.example/o"></object><embed src="https://evil.example/e">
<form id="form" action="https://evil.example/form"><input name="paste"><button>Send</button></form>
<svg onload="window.ran = 1"><a href="javascript:window.ran = 1"><text>svg</text></a><use href="https://evil.example/u"/></svg>
<math><mtext><table><mglyph><style><img src=x onerror="window.ran = 1"></style></mglyph></table></mtext></math>
<video src="https://evil.example/v" autoplay></video><audio src="https://evil.example/a"></audio>
<template><script>window.ran = 1</script></template>
<noscript><p title="</noscript><img src=x onerror=window.ran=1>"></noscript>
<details open ontoggle="window.ran = 1"><summary>Summary</summary>Details</details>
<dialog open><p>Dialog</p></dialog><marquee onstart="window.ran = 1">Marquee</marquee>
<a id="js" href="javascript:window.ran = 1">javascript</a><a href=" java&#10;script:window.ran=1">split</a>
<a href="data:text/html,<script>window.ran=1</script>">data</a><a href="vbscript:x">vb</a><a href="blob:x">blob</a>
<a href="file:///etc/passwd">file</a><a ping="https://evil.example/ping" href="#ping" target="_blank">ping</a>
<p style="background: url(https://evil.example/bg)">Styled</p><p style="position: fixed; inset: 0">Over all</p>
<p class="md-overlay" onclick="window.ran = 1" data-part="lock" slot="x" is="y-z" contenteditable>Class</p>
<p id="text">Text <strong>stays</strong>.</p>
<meta http-equiv="refresh" content="0; url=https://evil.example/second"><base href="https://evil.example/">
<table><tr><td style="text-align:right">1</td></tr></table>
<a href="https://web.example/">web</a><a href="mailto:a@web.example">mail</a><a href="#text">here</a>
"""
