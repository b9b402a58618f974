# finding below
c.JupyterHub.authenticator_class = 'dummy'
