c.JupyterHub.authenticator_class = 'github'
