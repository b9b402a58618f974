FROM node:24
# finding below
CMD ["node", "--inspect=0.0.0.0:9229", "main.js"]
