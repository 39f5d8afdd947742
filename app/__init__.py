"""网格台账: the application. `factory.create_app()` puts the rooms together."""
