//! gravity
mod absorb;
mod block;
mod error;
mod expression;
mod finding;
mod formula;
mod groups;
mod table;
pub use absorb::{Effort, Levels};
pub use error::GravityError;
pub use expression::Expression;
pub use finding::Finding;
pub use formula::{Factor, Specification, Term, parse as parse_formula};
pub use groups::Groups;
pub use table::{Keys, MISSING, Role, Roles, Table};
