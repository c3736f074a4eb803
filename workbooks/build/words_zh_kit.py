WORDS = {"Unit": "单位"}
