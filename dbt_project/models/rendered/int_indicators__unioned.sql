-- generated from the program folders by `impact contract render`; do not edit
select *
from {{ ref('int_cheer__indicators') }}
union all
select *
from {{ ref('int_community_of_practice__indicators') }}
union all
select *
from {{ ref('int_dialogue_events__indicators') }}
union all
select *
from {{ ref('int_finance__indicators') }}
union all
select *
from {{ ref('int_heal__indicators') }}
union all
select *
from {{ ref('int_hemophilia_b__indicators') }}
union all
select *
from {{ ref('int_research_policy__indicators') }}
