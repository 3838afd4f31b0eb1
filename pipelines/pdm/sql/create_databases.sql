-- One database for each layer, over the folder of the same name. Those that are there stay as they are.
CREATE DATABASE IF NOT EXISTS pdm_transactional LOCATION '${data}/transactional';
CREATE DATABASE IF NOT EXISTS pdm_source LOCATION '${data}/source';
CREATE DATABASE IF NOT EXISTS pdm_transform LOCATION '${data}/transform';
CREATE DATABASE IF NOT EXISTS pdm_model LOCATION '${data}/model';
CREATE DATABASE IF NOT EXISTS pdm_views LOCATION '${data}/views';
CREATE DATABASE IF NOT EXISTS pdm_exposed LOCATION '${exposed}';
